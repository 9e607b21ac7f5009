/** `npm run bench`: every bench in a process of its own; exits 1 when one is far from its goal. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const benches = ['hl7-parse', 'convert', 'load', 'memory'] as const;
const missed = benches.filter((name) => {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  return status !== 0;
});
if (missed.length > 0) console.log(`\nfar from the goal: ${missed.join(', ')}`);
process.exitCode = missed.length > 0 ? 1 : 0;
