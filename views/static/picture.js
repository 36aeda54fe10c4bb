// The picture of the network on a canvas: the same nodes, places and names as the drawing
// that stands in without scripts, and beside it one can point, search and look closer.
const { NodeProgram, EdgeProgram } = Sigma.rendering;
const { floatColor } = Sigma.utils;
const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;

const WIDTH = 760, HEIGHT = 536;
const SHAPES = ["post", "organisation", "person", "step", "network"];
const DASHES = { advises: [6, 10], informed: [1.5, 5], hands_over: [10, 13], broken: [2, 6] };
const WEIGHTS = { answers: 2.25, does: 1.25, advises: 1.25, broken: 1.75 };
const CLOSE = 0.35, ZOOM = 1.5, FADE = 0.62, FINER = 0.5;

// Square, circle, triangle, diamond, hexagon: by how far a point is from the outline.
class ShapeProgram extends NodeProgram {
  getDefinition() {
    return {
      VERTICES: 6,
      METHOD: TRIANGLES,
      UNIFORMS: ["u_sizeRatio", "u_correctionRatio", "u_matrix"],
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT },
        { name: "a_size", size: 1, type: FLOAT },
        { name: "a_shape", size: 1, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_corner", size: 2, type: FLOAT }],
      CONSTANT_DATA: [[-1, -1], [1, -1], [1, 1], [-1, -1], [1, 1], [-1, 1]],
      VERTEX_SHADER_SOURCE: `
        attribute vec2 a_position; attribute vec2 a_corner; attribute float a_size;
        attribute float a_shape; attribute vec4 a_color; attribute vec4 a_id;
        uniform mat3 u_matrix; uniform float u_sizeRatio; uniform float u_correctionRatio;
        varying vec2 v_at; varying float v_shape; varying float v_pixel; varying vec4 v_color;
        void main() {
          float half_ = a_size * u_correctionRatio / u_sizeRatio * 2.6;
          gl_Position = vec4((u_matrix * vec3(a_position + a_corner * half_, 1)).xy, 0, 1);
          v_at = a_corner * 1.3;
          v_shape = a_shape;
          v_pixel = u_correctionRatio * 1.3 / half_;
          #ifdef PICKING_MODE
          v_color = a_id;
          #else
          v_color = a_color;
          #endif
          v_color.a *= 255.0 / 254.0;
        }`,
      FRAGMENT_SHADER_SOURCE: `
        precision highp float;
        varying vec2 v_at; varying float v_shape; varying float v_pixel; varying vec4 v_color;
        void main() {
          vec2 p = v_at, q = abs(v_at);
          float d = length(p) - 1.0;
          if (v_shape > 3.5) d = max(q.x * 0.866 + q.y * 0.5, q.y) - 0.909;
          else if (v_shape > 2.5) d = (q.x + q.y - 1.2) * 0.707;
          else if (v_shape > 1.5) d = max(q.x * 0.866 + p.y * 0.5, -p.y) - 0.575;
          else if (v_shape > 0.5) d = max(q.x, q.y) - 0.9;
          #ifdef PICKING_MODE
          gl_FragColor = d > 0.15 ? vec4(0.0) : v_color;
          #else
          float ink = 1.0 - clamp(d / (v_pixel * 1.5) + 0.5, 0.0, 1.0);
          gl_FragColor = mix(vec4(0.0), v_color, ink);
          #endif
        }`,
    };
  }
  processVisibleItem(id, at, data) {
    const array = this.array;
    array[at++] = data.x;
    array[at++] = data.y;
    array[at++] = data.size;
    array[at++] = Math.max(0, SHAPES.indexOf(data.kind));
    array[at++] = floatColor(data.color);
    array[at] = id;
  }
  setUniforms(params, { gl, uniformLocations: at }) {
    gl.uniform1f(at.u_correctionRatio, params.correctionRatio);
    gl.uniform1f(at.u_sizeRatio, params.sizeRatio);
    gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
  }
}

// Lines, whole or dashed; the dashes are as long on the screen however near one looks.
class TieProgram extends EdgeProgram {
  getDefinition() {
    return {
      VERTICES: 6,
      METHOD: TRIANGLES,
      UNIFORMS: ["u_matrix", "u_viewport"],
      ATTRIBUTES: [
        { name: "a_start", size: 2, type: FLOAT },
        { name: "a_end", size: 2, type: FLOAT },
        { name: "a_look", size: 3, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_corner", size: 2, type: FLOAT }],
      CONSTANT_DATA: [[0, 1], [0, -1], [1, 1], [1, 1], [0, -1], [1, -1]],
      VERTEX_SHADER_SOURCE: `
        attribute vec2 a_start; attribute vec2 a_end; attribute vec3 a_look;
        attribute vec4 a_color; attribute vec4 a_id; attribute vec2 a_corner;
        uniform mat3 u_matrix; uniform vec2 u_viewport;
        varying vec4 v_color; varying float v_along; varying vec2 v_dash;
        varying float v_across; varying float v_half;
        void main() {
          vec2 start = (u_matrix * vec3(a_start, 1)).xy * u_viewport * 0.5;
          vec2 end = (u_matrix * vec3(a_end, 1)).xy * u_viewport * 0.5;
          vec2 way = end - start;
          float long_ = max(length(way), 0.001);
          vec2 normal = vec2(-way.y, way.x) / long_;
          v_half = a_look.x * 0.5;
          v_across = (v_half + 1.0) * a_corner.y;
          vec2 at = mix(start, end, a_corner.x) + normal * v_across;
          gl_Position = vec4(at / (u_viewport * 0.5), 0, 1);
          v_along = a_corner.x * long_;
          v_dash = a_look.yz;
          v_color = a_color;
          v_color.a *= 255.0 / 254.0;
        }`,
      FRAGMENT_SHADER_SOURCE: `
        precision highp float;
        varying vec4 v_color; varying float v_along; varying vec2 v_dash;
        varying float v_across; varying float v_half;
        void main() {
          if (v_dash.y > 0.0 && mod(v_along, v_dash.y) > v_dash.x) discard;
          float ink = clamp(v_half + 0.5 - abs(v_across), 0.0, 1.0);
          gl_FragColor = mix(vec4(0.0), v_color, ink);
        }`,
    };
  }
  processVisibleItem(id, at, source, target, data) {
    const array = this.array, [on, period] = DASHES[data.kind] || [0, 0];
    array[at++] = source.x;
    array[at++] = source.y;
    array[at++] = target.x;
    array[at++] = target.y;
    array[at++] = data.size;
    array[at++] = on;
    array[at++] = period;
    array[at++] = floatColor(data.color);
    array[at] = id;
  }
  setUniforms(params, { gl, uniformLocations: at }) {
    gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
    gl.uniform2f(at.u_viewport, params.width, params.height);
  }
}

// Colours are those of the style sheet, for light and dark alike.
const colours = (box, nodes, ties) => {
  const probe = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const read = (name, property) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", "path");
    part.setAttribute("class", name);
    probe.append(part);
    return getComputedStyle(part)[property];
  };
  probe.setAttribute("class", "drawing probe");
  box.append(probe);
  const found = {
    page: read("paper", "fill"), text: read("label bold", "fill"),
    quiet: read("label", "fill"), node: {}, tie: {},
  };
  for (const kind of nodes) found.node[kind] = read(`node-${kind}`, "fill");
  for (const kind of ties) found.tie[kind] = read(`tie tie-${kind}`, "stroke");
  probe.remove();
  return found;
};
const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
const mixed = (colour, paper, share = FADE) => {
  const ground = parts(paper);
  const faded = parts(colour).map((part, at) => Math.round(part + (ground[at] - part) * share));
  return `rgb(${faded.join(",")})`;
};

const show = async (figure) => {
  const response = await fetch(figure.dataset.picture);
  if (!response.ok) return;
  const data = await response.json();
  const box = figure.querySelector(".canvas");
  figure.classList.add("has-canvas");
  const graph = new graphology.UndirectedGraph();
  const kinds = data.kinds, byId = new Map();
  data.nodes.forEach((node, rank) => {
    node.lines ??= [node.name];
    byId.set(node.id, node);
    graph.addNode(node.id, { ...node, type: "shape", size: node.radius, y: HEIGHT - node.y, rank });
  });
  data.ties.forEach(([source, target, kind], at) => {
    graph.addEdgeWithKey(`${at}`, data.nodes[source].id, data.nodes[target].id,
      { kind: kinds[kind], size: (WEIGHTS[kinds[kind]] || 1) * (data.fine ? 0.6 : 1), type: "tie" });
  });
  const state = { selected: data.selected, pointed: "" };
  let paint = {};
  const scale = () => box.clientWidth / WIDTH;
  const near = (node) => new Set([node, ...graph.neighbors(node)]);
  let bold = new Set();
  const center = () => state.pointed || state.selected;
  const repaint = () => {
    paint = colours(box, new Set(data.nodes.map((node) => node.kind)), kinds);
    if (data.fine) {
      for (const kind of kinds) {
        if (kind !== "broken") paint.tie[kind] = mixed(paint.tie[kind], paint.page, FINER);
      }
    }
    for (const group of ["node", "tie"]) {
      paint[`far_${group}`] = Object.fromEntries(Object.entries(paint[group])
        .map(([kind, colour]) => [kind, mixed(colour, paint.page)]));
    }
  };
  repaint();

  // Begun empty: what is drawn then is drawn once, not at each setting.
  const renderer = new Sigma(new graphology.UndirectedGraph(), box, {
    nodeProgramClasses: { shape: ShapeProgram },
    edgeProgramClasses: { tie: TieProgram },
    defaultNodeType: "shape", defaultEdgeType: "tie",
    renderLabels: false, renderEdgeLabels: false, zIndex: true, stagePadding: 0,
    allowInvalidContainer: true,
    // Nothing moves by itself.
    inertiaDuration: 0, zoomDuration: 0, doubleClickZoomingDuration: 0,
    minCameraRatio: 0.02, maxCameraRatio: 2,
    defaultDrawNodeHover: () => {},
    nodeReducer: (node, attributes) => {
      const isFar = bold.size && !bold.has(node);
      return {
        ...attributes, size: attributes.radius * scale(), zIndex: isFar ? 0 : 1,
        color: (isFar ? paint.far_node : paint.node)[attributes.kind],
      };
    },
    edgeReducer: (tie, attributes) => {
      const isFar = bold.size && !graph.extremities(tie).includes(center());
      return {
        ...attributes, zIndex: isFar ? 0 : 1,
        color: (isFar ? paint.far_tie : paint.tie)[attributes.kind],
      };
    },
  });
  renderer.setCustomBBox({ x: [0, WIDTH], y: [0, HEIGHT] });

  // Names: where the server put them at rest; while one points, those of the neighbours.
  const ranked = [...data.nodes].sort((one, other) =>
    other.weight - one.weight || other.degree - one.degree || (one.id < other.id ? -1 : 1));
  const drawNames = () => {
    const context = renderer.getCanvases().labels.getContext("2d");
    drawMarks(context);
    const size = 13 * Math.max(scale(), 12 / 13), line = size * 15 / 13;
    const taken = [];
    const isClose = renderer.getCamera().ratio < 0.75;
    const asked = (node) => bold.has(node.id);
    const shown = ranked.filter((node) => asked(node) || node.label || isClose)
      .sort((one, other) => (other.id === center()) - (one.id === center())
        || asked(other) - asked(one));
    for (const node of shown) {
      const at = renderer.graphToViewport({ x: node.x, y: HEIGHT - node.y });
      if (at.x < 0 || at.y < 0 || at.x > box.clientWidth || at.y > box.clientHeight) continue;
      const isBold = asked(node);
      context.font = `${isBold ? 600 : 400} ${size}px Inter, system-ui, sans-serif`;
      const away = (node.radius * scale()) / Math.sqrt(renderer.getCamera().ratio)
        + (node.id === state.selected ? 9 : 4);
      const lines = node.lines;
      const long = Math.max(...lines.map((one) => context.measureText(one).width));
      const block = line * (lines.length - 1);
      const half = long / 2 + 3;
      const x = Math.min(Math.max(at.x, half), Math.max(box.clientWidth - half, half));
      const sides = {
        below: [x, at.y + away + size * 0.85, "center"],
        above: [x, at.y - away - block - 2, "center"],
        right: [at.x + away, at.y + 4 - block / 2, "left"],
        left: [at.x - away, at.y + 4 - block / 2, "right"],
      };
      const places = Object.values(sides);
      if (node.label) places.unshift(sides[node.label]);
      const free = places.find(([x, y, anchor]) => {
        const left = anchor === "center" ? x - long / 2 : anchor === "left" ? x : x - long;
        const edge = [left - 2, y - size, left + long + 2, y + block + 4];
        const isFree = edge[0] >= 0 && edge[2] <= box.clientWidth && edge[1] >= 0
          && edge[3] <= box.clientHeight && !taken.some((other) => edge[0] < other[2]
          && other[0] < edge[2] && edge[1] < other[3] && other[1] < edge[3]);
        if (isFree) taken.push(edge);
        return isFree;
      });
      const place = free || (node.id === center() ? places[0] : null);
      if (!place) continue;
      context.textAlign = place[2];
      context.lineJoin = "round";
      context.lineWidth = 3;
      context.strokeStyle = paint.page;
      context.fillStyle = isBold ? paint.text : paint.quiet;
      lines.forEach((words, number) => {
        context.strokeText(words, place[0], place[1] + number * line);
        context.fillText(words, place[0], place[1] + number * line);
      });
    }
  };
  const drawMarks = (context) => {
    context.lineWidth = 1.75;
    for (const [source, target, kind] of data.ties) {
      if (kinds[kind] !== "broken") continue;
      const [one, other] = [data.nodes[source], data.nodes[target]];
      const at = renderer.graphToViewport(
        { x: (one.x + other.x) / 2, y: HEIGHT - (one.y + other.y) / 2 });
      const isFar = bold.size && ![one.id, other.id].includes(center());
      context.strokeStyle = (isFar ? paint.far_tie : paint.tie).broken;
      context.fillStyle = paint.page;
      context.beginPath();
      context.arc(at.x, at.y, 8, 0, 2 * Math.PI);
      context.fill();
      context.moveTo(at.x - 3, at.y - 3);
      context.lineTo(at.x + 3, at.y + 3);
      context.moveTo(at.x + 3, at.y - 3);
      context.lineTo(at.x - 3, at.y + 3);
      context.stroke();
    }
    const chosen = byId.get(state.selected);
    if (!chosen) return;
    const at = renderer.graphToViewport({ x: chosen.x, y: HEIGHT - chosen.y });
    const half = (chosen.radius * scale()) / Math.sqrt(renderer.getCamera().ratio) + 5;
    context.strokeStyle = paint.text;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(at.x - half, at.y - half, 2 * half, 2 * half, 5);
    context.stroke();
  };
  renderer.on("afterRender", drawNames);

  const note = () => {
    bold = center() && graph.hasNode(center()) ? near(center()) : new Set();
    figure.dataset.pointed = state.pointed;
    figure.dataset.selected = state.selected;
  };
  const look = () => {
    note();
    renderer.refresh({ skipIndexation: true });
  };
  const point = (node) => {
    if (state.pointed === node) return;
    state.pointed = node;
    look();
  };
  const select = async (node) => {
    state.selected = node;
    const address = new URL(location.href);
    if (node) address.searchParams.set("selected", node);
    else address.searchParams.delete("selected");
    address.hash = "";
    history.replaceState(null, "", address);
    for (const button of document.querySelectorAll("button[data-action=copy]")) {
      button.dataset.text = address.href;
    }
    for (const row of document.querySelectorAll("tr[data-node]")) {
      const isChosen = row.dataset.node === node;
      row.classList.toggle("is-chosen", isChosen);
      if (isChosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    look();
    const panel = document.getElementById("selected");
    const asked = new URL(panel.dataset.address, location.href);
    if (node) asked.searchParams.set("selected", node);
    else asked.searchParams.delete("selected");
    const answer = await fetch(asked);
    if (!answer.ok || state.selected !== node) return;
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...told.body.childNodes);
  };
  renderer.on("enterNode", ({ node }) => { box.classList.add("is-pointed"); point(node); });
  renderer.on("leaveNode", () => { box.classList.remove("is-pointed"); point(""); });
  renderer.on("clickNode", ({ node }) => {
    if (data.gathered) location.assign(byId.get(node).href);
    else select(node);
  });
  renderer.on("clickStage", () => { if (state.selected) select(""); });
  // The page scrolls past the picture; with Ctrl one looks closer.
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation();
  }, { capture: true });

  for (const row of document.querySelectorAll("tr[data-node]")) {
    const node = row.dataset.node;
    row.addEventListener("mouseenter", () => point(node));
    row.addEventListener("mouseleave", () => point(""));
    row.addEventListener("focusin", () => point(node));
    row.addEventListener("focusout", () => point(""));
    row.querySelector(".pick")?.addEventListener("click", (event) => {
      event.preventDefault();
      select(node);
    });
  }

  const camera = renderer.getCamera();
  const goTo = (node) => {
    const at = renderer.getNodeDisplayData(node);
    camera.setState({ x: at.x, y: at.y, ratio: CLOSE });
  };
  const tools = {
    closer: () => camera.setState({ ratio: camera.getBoundedRatio(camera.ratio / ZOOM) }),
    farther: () => camera.setState({ ratio: camera.getBoundedRatio(camera.ratio * ZOOM) }),
    whole: () => camera.setState({ x: 0.5, y: 0.5, ratio: 1 }),
  };
  for (const button of figure.querySelectorAll("button[data-look]")) {
    button.addEventListener("click", tools[button.dataset.look]);
  }
  const search = figure.querySelector("input[data-find]");
  const list = document.getElementById(search.getAttribute("list"));
  search.addEventListener("focus", () => {
    if (list.options.length) return;
    list.append(...ranked.map((node) => new Option("", node.name)));
  });
  const find = () => {
    const typed = search.value.trim().toLocaleLowerCase();
    if (!typed) return;
    const named = (node) => node.name.toLocaleLowerCase();
    const found = ranked.find((node) => named(node) === typed)
      || ranked.find((node) => named(node).includes(typed));
    const said = figure.querySelector("[data-found]");
    said.textContent = found ? found.name : said.dataset.found;
    if (!found) return;
    goTo(found.id);
    if (!data.gathered) select(found.id);
  };
  search.addEventListener("change", find);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });

  document.querySelector("[data-png]")?.addEventListener("click", (event) => {
    renderer.refresh({ schedule: false });
    const layers = renderer.getCanvases();
    const sheet = document.createElement("canvas");
    sheet.width = layers.nodes.width;
    sheet.height = layers.nodes.height;
    const context = sheet.getContext("2d");
    context.fillStyle = paint.page;
    context.fillRect(0, 0, sheet.width, sheet.height);
    for (const name of ["edges", "nodes", "labels"]) context.drawImage(layers[name], 0, 0);
    const link = document.createElement("a");
    link.download = event.target.dataset.png;
    link.href = sheet.toDataURL("image/png");
    link.click();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    repaint();
    renderer.refresh();
  });
  note();
  renderer.setGraph(graph);
  figure.picture = { graph, renderer };
  figure.dataset.ready = graph.order;
};

// A phone has the drawing of the neighbours alone.
const figure = document.querySelector("[data-picture]");
const isWide = matchMedia("(min-width: 48rem)");
if (figure) {
  const start = () => {
    if (!isWide.matches || figure.classList.contains("has-canvas")) return;
    // Without WebGL, or without data, the drawing stays.
    show(figure).catch(() => figure.classList.remove("has-canvas"));
  };
  isWide.addEventListener("change", start);
  start();
}
