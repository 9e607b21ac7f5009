/**
 * Loading the compiled tables, in fresh processes: reading them and making a converter with them, and then the first
 * message of a type, for which its structure and its maps are linked. The program's code is loaded beforehand and is not
 * counted: Node strips it of its types here, where the tasks are bundled. Goal: a converter in under 100 ms.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { admission, benchFeed, bytesOf } from './messages.ts';
import { median } from './rounds.ts';

const GOAL_MS = 100;
const rounds = 9;
const core = join(import.meta.dirname, '../core/mapping');
const tables = readdirSync(join(core, 'generated'))
  .filter((name) => /(?<!\.d)\.[jt]s$/.test(name))
  .map((name) => `generated/${name}`);
// The code that the tables name; it must not load them in its turn, or the time of that would be lost.
const code = tables.flatMap((table) => {
  const imports = readFileSync(join(core, table), 'utf8').matchAll(/^import \{.*\} from '\.\.\/(.*)';$/gm);
  return [...imports].map(([, path]) => path);
});

const program = `
const { hash } = await import('node:crypto');
const { core, code, tables, feed, message } = JSON.parse(process.argv[1]);
for (const path of code) await import(core + '/' + path);
const timed = async (work) => {
  const begun = performance.now();
  const made = await work();
  return [made, performance.now() - begun];
};
const [, read] = await timed(async () => { for (const path of tables) await import(core + '/' + path); });
const { createConverter } = await import(core + '/convert.ts');
const [converter, link] = await timed(() => createConverter(feed, { sha256: (text) => hash('sha256', text) }));
const [{ state }, first] = await timed(() => converter.convertMessage(Buffer.from(message)));
if (state !== 'mapped') throw new Error('The bench message was refused');
console.log(JSON.stringify([read + link, read + link + first]));
`;

const given = JSON.stringify({
  core,
  code,
  tables,
  feed: benchFeed(),
  message: new TextDecoder().decode(bytesOf(admission(1))),
});
const measured = Array.from({ length: rounds }, () => {
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program, given], { encoding: 'utf8' });
  return JSON.parse(printed) as readonly [number, number];
});
const loading = median(measured.map(([made]) => made));
const toFirst = median(measured.map(([, converted]) => converted));
console.log(
  `loading the compiled tables: ${loading.toFixed(0)} ms until there is a converter (goal under ${GOAL_MS}), ` +
    `${toFirst.toFixed(0)} ms until it has converted its first message`,
);
process.exitCode = loading > GOAL_MS * 1.5 ? 1 : 0;
