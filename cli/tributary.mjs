#!/usr/bin/env node
// Checked before anything is imported: an older Node cannot even read the TypeScript sources.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18) || major === 23 || (major === 24 && minor < 2)) {
  process.stderr.write(
    `tributary needs Node 24 and was started by ${process.versions.node}. Run "npm ci" without --omit=optional, then "npx tributary" or "npm start".\n`,
  );
  process.exit(1);
}
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
