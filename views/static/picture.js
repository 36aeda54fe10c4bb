// The picture of the network on a canvas: the same nodes, places and names as the drawing
// that stands in without scripts, and beside it one can point, search and look closer.
const { NodeProgram } = Sigma.rendering;
const { floatColor } = Sigma.utils;
const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;

const SHAPES = ["post", "organisation", "person", "step", "network"];
const CLOSE = 0.35, ZOOM = 1.5, FINER = 0.5, FINE = 0.6, FADED = 0.4, AT_REST = 250, MARK = 8;
const PLACES = 4; // digits of where one looks, in the address

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

// What Sigma could draw, and we draw with less: its programs take time to be made.
class NothingProgram {
  kill() {}
  reallocate() {}
  process() {}
  render() {}
  hasNothingToRender() { return true; }
}

// The outline of a node, as the drawing without scripts has it.
const outline = (context, corners, x, y, radius) => {
  context.beginPath();
  if (!corners) return context.arc(x, y, radius, 0, 2 * Math.PI);
  const [number, turned, grown] = corners;
  for (let at = 0; at < number; at += 1) {
    const angle = (turned + 360 * at / number) * Math.PI / 180;
    context.lineTo(x + radius * grown * Math.cos(angle), y + radius * grown * Math.sin(angle));
  }
  context.closePath();
};

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
const mixed = (colour, paper, share) => {
  const ground = parts(paper);
  const faded = parts(colour).map((part, at) => Math.round(part + (ground[at] - part) * share));
  return `rgb(${faded.join(",")})`;
};

const fetched = async (figure) => {
  const response = await fetch(figure.dataset.picture);
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
};

class Picture {
  constructor(figure, data) {
    this.figure = figure;
    this.box = figure.querySelector(".canvas");
    this.data = data;
    this.state = { selected: data.selected, pointed: "" };
    [this.width, this.height] = data.size;
    this.nodes = new Map(data.nodes.map((node) => [node.id, node]));
    this.bold = new Set();
    figure.classList.add("has-canvas");
    this.mix();
    this.graph = new graphology.UndirectedGraph();
    this.ties = new Map();
    for (const node of data.nodes) {
      node.lines ??= [node.name];
      this.ties.set(node.id, []);
      this.graph.addNode(node.id, { ...node, type: "shape", y: this.height - node.y });
    }
    // The gravest come last, and lie on top.
    data.ties.sort((one, other) => other[2] - one[2]);
    for (const tie of data.ties) {
      for (const end of tie.slice(0, 2)) this.ties.get(data.nodes[end].id).push(tie);
    }
    this.broken = data.ties.filter(([, , kind]) => data.kinds[kind] === "broken");
    this.ranked = [...data.nodes].sort((one, other) => other.weight - one.weight
      || other.degree - one.degree || (one.id < other.id ? -1 : 1));
    this.renderer = this.rendered();
    this.camera = this.renderer.getCamera();
    if (figure.dataset.camera) {
      const [x, y, ratio] = figure.dataset.camera.split(",").map(Number);
      this.camera.setState({ x, y, ratio: this.camera.getBoundedRatio(ratio) });
    }
    this.note();
    this.listen();
    this.renderer.setGraph(this.graph);
  }

  get center() { return this.state.pointed || this.state.selected; }
  get scale() { return this.box.clientWidth / this.width; }

  mix() {
    const { kinds, nodes, fine } = this.data;
    this.paint = colours(this.box, new Set(nodes.map((node) => node.kind)), kinds);
    this.shades = Object.fromEntries(Object.entries(this.paint.node).map(([kind, colour]) =>
      [kind, this.data.shades.map((share) => mixed(colour, this.paint.page, 1 - share))]));
    // So many lines would hide what they tie: they are paler, but those that one points at.
    this.thin = Object.fromEntries(Object.entries(this.paint.tie).map(([kind, colour]) =>
      [kind, fine && kind !== "broken" ? mixed(colour, this.paint.page, FINER) : colour]));
  }

  // Begun empty: what is drawn then is drawn once, not at each setting.
  rendered() {
    const renderer = new Sigma(new graphology.UndirectedGraph(), this.box, {
      nodeProgramClasses: { shape: ShapeProgram, circle: NothingProgram },
      nodeHoverProgramClasses: { shape: NothingProgram, circle: NothingProgram },
      edgeProgramClasses: { arrow: NothingProgram, line: NothingProgram },
      defaultNodeType: "shape",
      renderLabels: false, renderEdgeLabels: false, stagePadding: 0,
      allowInvalidContainer: true,
      // Nothing moves by itself.
      inertiaDuration: 0, zoomDuration: 0, doubleClickZoomingDuration: 0,
      minCameraRatio: 0.02, maxCameraRatio: 2,
      defaultDrawNodeHover: () => {},
      nodeReducer: (node, attributes) => ({
        ...attributes, size: attributes.radius * this.scale,
        color: this.shades[attributes.kind][attributes.shade],
      }),
    });
    renderer.setCustomBBox({ x: [0, this.width], y: [0, this.height] });
    renderer.createCanvasContext("ties", { beforeLayer: "nodes" });
    renderer.resize(true);
    renderer.on("afterRender", () => {
      this.drawTies();
      this.drawOver();
    });
    return renderer;
  }

  // Above what Sigma drew: it fades by the style sheet while something is pointed at, and
  // only that, its neighbours and the names are drawn anew.
  drawOver() {
    const context = this.renderer.getCanvases().labels.getContext("2d");
    context.clearRect(0, 0, this.box.clientWidth, this.box.clientHeight);
    if (this.bold.size) this.drawNear(context);
    this.drawMarks(context);
    this.drawRing(context);
    this.drawNames(context);
  }

  at(x, y) { return this.renderer.graphToViewport({ x, y: this.height - y }); }

  middle([source, target]) {
    const [one, other] = [this.data.nodes[source], this.data.nodes[target]];
    return { ...this.at((one.x + other.x) / 2, (one.y + other.y) / 2), ends: [one.id, other.id] };
  }

  radius(node) { return node.radius * this.scale / Math.sqrt(this.camera.ratio); }

  // Below the nodes, all of a kind at once.
  drawTies() {
    const context = this.renderer.getCanvases().ties.getContext("2d");
    context.clearRect(0, 0, this.box.clientWidth, this.box.clientHeight);
    this.stroke(context, this.data.ties, this.thin, this.data.fine ? FINE : 1);
  }

  stroke(context, ties, colour, weight = 1) {
    const { nodes, kinds, strokes } = this.data;
    const ends = new Map(), lines = new Map();
    const end = (at) => {
      if (!ends.has(at)) ends.set(at, this.at(nodes[at].x, nodes[at].y));
      return ends.get(at);
    };
    for (const [source, target, kind] of ties) {
      if (!lines.has(kind)) lines.set(kind, new Path2D());
      const from = end(source), to = end(target), line = lines.get(kind);
      line.moveTo(from.x, from.y);
      line.lineTo(to.x, to.y);
    }
    for (const [kind, line] of lines) {
      const [width, ...dash] = strokes[kinds[kind]];
      context.strokeStyle = colour[kinds[kind]];
      context.lineWidth = width * weight;
      context.setLineDash(dash);
      context.stroke(line);
    }
    context.setLineDash([]);
  }

  drawNear(context) {
    const { corners } = this.data;
    this.stroke(context, this.ties.get(this.center), this.paint.tie);
    for (const id of this.bold) {
      const node = this.nodes.get(id), { x, y } = this.at(node.x, node.y);
      context.fillStyle = this.shades[node.kind][node.shade];
      outline(context, corners[node.kind], x, y, this.radius(node));
      context.fill();
    }
  }

  drawMarks(context) {
    context.lineWidth = 1.75;
    context.strokeStyle = this.paint.tie.broken;
    context.fillStyle = this.paint.page;
    for (const tie of this.broken) {
      const { x, y, ends } = this.middle(tie);
      const isFar = this.bold.size && !ends.includes(this.center);
      context.globalAlpha = isFar ? FADED : 1;
      context.beginPath();
      context.arc(x, y, MARK, 0, 2 * Math.PI);
      context.fill();
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x + 3, y - 3);
      context.lineTo(x - 3, y + 3);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  drawRing(context) {
    const chosen = this.nodes.get(this.state.selected);
    if (!chosen) return;
    const { x, y } = this.at(chosen.x, chosen.y), half = this.radius(chosen) + 5;
    context.strokeStyle = this.paint.text;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(x - half, y - half, 2 * half, 2 * half, 5);
    context.stroke();
  }

  // Where the server put them at rest; while one points, those of the neighbours first.
  drawNames(context) {
    const { clientWidth: wide, clientHeight: high } = this.box;
    const size = 13 * Math.max(this.scale, 12 / 13), line = size * 15 / 13;
    const isClose = this.camera.ratio < 0.75;
    // No name lies on another, nor on a node that one points at or its neighbours.
    const taken = [...this.bold].map((id) => {
      const node = this.nodes.get(id), { x, y } = this.at(node.x, node.y);
      const half = this.radius(node) + (id === this.state.selected ? 5 : 0);
      return [x - half, y - half, x + half, y + half, id];
    });
    for (const tie of this.broken) {
      const { x, y } = this.middle(tie);
      taken.push([x - MARK, y - MARK, x + MARK, y + MARK, ""]);
    }
    const rank = ({ id }) => (id === this.center ? 2 : this.bold.has(id) ? 1 : 0);
    const shown = this.ranked.filter((node) => isClose || node.label || rank(node))
      .sort((one, other) => rank(other) - rank(one));
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.paint.page;
    for (const node of shown) {
      const at = this.at(node.x, node.y);
      if (at.x < 0 || at.y < 0 || at.x > wide || at.y > high) continue;
      const isBold = rank(node) > 0;
      context.font = `${isBold ? 600 : 400} ${size}px Inter, system-ui, sans-serif`;
      const away = this.radius(node) + (node.id === this.state.selected ? 9 : 4);
      const long = Math.max(...node.lines.map((one) => context.measureText(one).width));
      const block = line * (node.lines.length - 1), half = long / 2 + 3;
      const x = Math.min(Math.max(at.x, half), Math.max(wide - half, half));
      const sides = {
        below: [x, at.y + away + size * 0.85, "center"],
        above: [x, at.y - away - block - 2, "center"],
        right: [at.x + away, at.y + 4 - block / 2, "left"],
        left: [at.x - away, at.y + 4 - block / 2, "right"],
      };
      const places = Object.values(sides);
      if (node.label) places.unshift(sides[node.label]);
      const edges = ([x, y, anchor]) => {
        const left = anchor === "center" ? x - long / 2 : anchor === "left" ? x : x - long;
        return [left - 2, y - size, left + long + 2, y + block + 4];
      };
      const free = places.find((one) => {
        const edge = edges(one);
        return edge[0] >= 0 && edge[2] <= wide && edge[1] >= 0 && edge[3] <= high
          && !taken.some((other) => other[4] !== node.id && edge[0] < other[2]
            && other[0] < edge[2] && edge[1] < other[3] && other[1] < edge[3]);
      });
      const place = free || (node.id === this.center ? places[0] : null);
      if (!place) continue;
      taken.push(edges(place));
      context.textAlign = place[2];
      context.fillStyle = isBold ? this.paint.text : this.paint.quiet;
      node.lines.forEach((words, number) => {
        context.strokeText(words, place[0], place[1] + number * line);
        context.fillText(words, place[0], place[1] + number * line);
      });
    }
  }

  note() {
    const near = this.ties.get(this.center) || [];
    this.bold = new Set(near.flatMap(([one, other]) =>
      [this.data.nodes[one].id, this.data.nodes[other].id]));
    if (this.nodes.has(this.center)) this.bold.add(this.center);
    this.box.classList.toggle("is-faded", this.bold.size > 0);
    this.figure.dataset.pointed = this.state.pointed;
    this.figure.dataset.selected = this.state.selected;
  }

  point(node) {
    if (this.state.pointed === node) return;
    this.state.pointed = node;
    this.note();
    this.drawOver();
  }

  async select(node) {
    this.state.selected = node;
    this.remember("selected", node);
    for (const row of document.querySelectorAll("tr[data-node]")) {
      const isChosen = row.dataset.node === node;
      row.classList.toggle("is-chosen", isChosen);
      if (isChosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    this.note();
    this.drawOver();
    const panel = document.getElementById("selected");
    const asked = new URL(panel.dataset.address, location.href);
    if (node) asked.searchParams.set("selected", node);
    const answer = await fetch(asked);
    if (!answer.ok || this.state.selected !== node) return;
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...told.body.childNodes);
    const parts = [...panel.querySelectorAll(".kind-line, h2")];
    this.say(parts.map((part) => part.textContent.trim()).join(": "));
  }

  // To those who cannot see it; that nothing was found is said to all.
  say(words, isMissed = false) {
    const said = this.figure.querySelector("[data-found]");
    said.textContent = words;
    said.classList.toggle("ds-sr-only", !isMissed);
  }

  // The address holds the whole view, and so does each link to the same picture.
  remember(name, value) {
    const changed = (link) => {
      const address = new URL(link, location.href);
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
      return address;
    };
    const address = changed(location.href);
    address.hash = "";
    history.replaceState(null, "", address);
    for (const button of document.querySelectorAll("button[data-action=copy]")) {
      button.dataset.text = address.href;
    }
    for (const link of document.querySelectorAll("a[data-same-picture]")) {
      link.href = changed(link.href).href;
    }
    const field = document.querySelector(`.map-filters input[name=${name}]`);
    if (field) field.value = value;
  }

  rememberLook() {
    const { x, y, ratio } = this.camera;
    const isWhole = x === 0.5 && y === 0.5 && ratio === 1;
    this.remember("look", isWhole ? "" : [x, y, ratio].map((one) => one.toFixed(PLACES)).join());
  }

  find(typed) {
    const named = (node) => node.name.toLocaleLowerCase();
    const found = this.ranked.find((node) => named(node) === typed)
      || this.ranked.find((node) => named(node).includes(typed));
    this.say(found ? found.name : this.figure.querySelector("[data-found]").dataset.found, !found);
    if (!found) return;
    const { x, y } = this.renderer.getNodeDisplayData(found.id);
    this.camera.setState({ x, y, ratio: CLOSE });
    if (!this.data.gathered) this.select(found.id);
  }

  listen() {
    const { renderer, camera, box, figure } = this;
    renderer.on("enterNode", ({ node }) => { box.classList.add("is-pointed"); this.point(node); });
    renderer.on("leaveNode", () => { box.classList.remove("is-pointed"); this.point(""); });
    renderer.on("clickNode", ({ node }) => {
      if (this.data.gathered) location.assign(this.nodes.get(node).href);
      else this.select(node);
    });
    renderer.on("clickStage", () => { if (this.state.selected) this.select(""); });
    // The page scrolls past the picture; with Ctrl one looks closer.
    box.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation();
    }, { capture: true });
    // One finger scrolls the page; two look closer.
    let fingers = 0;
    const letScroll = (event) => {
      const begins = event.type === "touchstart" && event.touches.length === 1;
      fingers = begins ? 1 : Math.max(fingers, event.touches.length);
      if (fingers < 2) event.stopImmediatePropagation();
    };
    for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
      box.addEventListener(type, letScroll, { capture: true });
    }
    let rests;
    camera.on("updated", () => {
      clearTimeout(rests);
      rests = setTimeout(() => this.rememberLook(), AT_REST);
    });
    const tools = {
      closer: () => camera.setState({ ratio: camera.getBoundedRatio(camera.ratio / ZOOM) }),
      farther: () => camera.setState({ ratio: camera.getBoundedRatio(camera.ratio * ZOOM) }),
      whole: () => camera.setState({ x: 0.5, y: 0.5, ratio: 1 }),
    };
    for (const button of figure.querySelectorAll("button[data-look]")) {
      button.addEventListener("click", tools[button.dataset.look]);
    }
    for (const row of document.querySelectorAll("tr[data-node]")) {
      const { node } = row.dataset;
      row.addEventListener("mouseenter", () => this.point(node));
      row.addEventListener("mouseleave", () => this.point(""));
      row.addEventListener("focusin", () => this.point(node));
      row.addEventListener("focusout", () => this.point(""));
      row.querySelector(".pick")?.addEventListener("click", (event) => {
        event.preventDefault();
        this.select(node);
      });
    }
    const search = figure.querySelector("input[data-find]");
    const list = document.getElementById(search.getAttribute("list"));
    search.addEventListener("focus", () => {
      if (list.options.length) return;
      list.append(...this.ranked.map((node) => new Option("", node.name)));
    });
    const find = () => {
      const typed = search.value.trim().toLocaleLowerCase();
      if (typed) this.find(typed);
    };
    search.addEventListener("change", find);
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });
    document.querySelector("[data-png]")?.addEventListener("click", (event) => {
      const link = document.createElement("a");
      link.download = event.target.dataset.png;
      link.href = this.sheet().toDataURL("image/png");
      link.click();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.mix();
      renderer.refresh();
    });
  }

  // All that is on the screen, on the page's own colour.
  sheet() {
    this.renderer.refresh({ schedule: false });
    const layers = this.renderer.getCanvases();
    const sheet = document.createElement("canvas");
    sheet.width = layers.nodes.width;
    sheet.height = layers.nodes.height;
    const context = sheet.getContext("2d");
    context.fillStyle = this.paint.page;
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.globalAlpha = this.bold.size ? FADED : 1;
    for (const name of ["ties", "nodes"]) context.drawImage(layers[name], 0, 0);
    context.globalAlpha = 1;
    context.drawImage(layers.labels, 0, 0);
    return sheet;
  }
}

const show = async (figure) => {
  figure.picture = new Picture(figure, await fetched(figure));
  figure.dataset.ready = figure.picture.graph.order;
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
