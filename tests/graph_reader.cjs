// Reads a graph on standard input as graphology does, and tells it as JSON.
const { MultiDirectedGraph } = require("graphology");
const gexf = require("graphology-gexf/node");
const graphml = require("graphology-graphml/node");

const [form] = process.argv.slice(2);
let text = "";
process.stdin.setEncoding("utf-8");
process.stdin.on("data", (piece) => { text += piece; });
process.stdin.on("end", () => {
  let graph;
  if (form === "json") {
    const told = JSON.parse(text);
    graph = new MultiDirectedGraph();
    for (const { id, ...held } of told.nodes) graph.addNode(id, held);
    for (const { key, source, target, ...held } of told.edges) {
      graph.addEdgeWithKey(key, source, target, held);
    }
  } else {
    const parse = form === "gexf" ? gexf.parse : graphml.parse;
    graph = parse(MultiDirectedGraph, text, { addMissingNodes: false });
  }
  process.stdout.write(JSON.stringify(graph.export()));
});
