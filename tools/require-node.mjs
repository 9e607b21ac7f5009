// The first line of every run: npm falls back to the machine's own Node in silence when the pinned one is missing.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(`Node 24 is needed and ${process.versions.node} runs. Run "npm ci" without --omit=optional.\n`);
  process.exit(1);
}
