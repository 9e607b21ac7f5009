/**
 * Loading the compiled tables: reading the plan and linking it for a feed, in fresh processes, beside a process that does
 * nothing. Goal: under 100 ms.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './rounds.ts';

const GOAL_MS = 100;
const rounds = 9;
const program = `
const begun = performance.now();
const { plan } = await import(${JSON.stringify(join(import.meta.dirname, '../core/mapping/generated/plan.ts'))});
if (plan.messages.length === 0) throw new Error('The plan is empty');
console.log(performance.now() - begun);
`;

const milliseconds = Array.from({ length: rounds }, () =>
  Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })),
);
console.log(`loading the compiled tables: ${median(milliseconds).toFixed(0)} ms (goal under ${GOAL_MS})`);
process.exitCode = median(milliseconds) > GOAL_MS * 1.5 ? 1 : 0;
