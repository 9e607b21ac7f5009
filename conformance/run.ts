import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs every independent check: each folder's `run.ts` holds our cloud or our output against something we did not write.
 * One that misses its tool says so and passes; this fails when any of them fails, or when none is found.
 */
const checks = readdirSync(import.meta.dirname)
  .map((name) => join(import.meta.dirname, name, 'run.ts'))
  .filter((file) => existsSync(file));

if (checks.length === 0) throw new Error('No conformance check was found');
let failed = 0;
for (const file of checks) {
  process.stdout.write(`\n${file.slice(import.meta.dirname.length + 1)}\n`);
  if (spawnSync(process.execPath, [file], { stdio: 'inherit' }).status !== 0) failed += 1;
}
process.stdout.write(`\n${checks.length - failed} of ${checks.length} conformance checks passed or said why not\n`);
process.exitCode = failed === 0 ? 0 : 1;
