/**
 * Converts another converter's 57 sample messages and holds the result against its expected files, on the facts that both
 * state. A disagreement is listed in `disagreements/*.yaml` with the passage that decides it, or as a fault of ours. One
 * that is not listed fails, and so does a listed one that is gone: the list may only shrink. So may the share of what
 * both state on which they disagree: `bounds.yaml` holds the highest allowed, and the messages that may be refused.
 *
 * `--details` prints what each side says. `--record` writes a share that has shrunk.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Resource } from '../../core/merge/render.ts';
import { convertFile, shared } from '../samples.ts';
import { type Comparison, compare } from './compare.ts';

/** A disagreement over one fact, in the messages where it stands, each with `+` ours and `-` theirs alone. */
interface Listed {
  readonly fact: string;
  readonly verdict: string;
  /** The passage of the standard, the rule by number, or what is wrong. */
  readonly decides: string;
  readonly in: Readonly<Record<string, string>>;
}

interface Bounds {
  /** Of what both state, the highest percentage that may differ. */
  readonly share: number;
  /** Messages that need not convert, with the reason that refuses them. */
  readonly refused: Readonly<Record<string, string>>;
}

interface Found {
  readonly comparisons: readonly Comparison[];
  /** `<message> <fact>` to `+n -m`. */
  readonly disagreements: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, readonly string[]>;
}

const verdicts = ['standard', 'rule', 'wrong'];
const details = process.argv.includes('--details');
const record = process.argv.includes('--record');
const boundsFile = join(import.meta.dirname, 'bounds.yaml');

function run(folder: string): number {
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.hl7$/.exec(file)?.[1] ?? []);
  if (names.length === 0) throw new Error('No sample message was found');
  const found = compareAll(folder, names);
  const list = readListed(join(import.meta.dirname, 'disagreements'));
  const bounds = parse(readFileSync(boundsFile, 'utf8')) as Bounds;
  const faults = [...holdAgainstList(list, found.disagreements), ...holdAgainstBounds(bounds, found)];
  for (const fault of faults) console.log(fault);
  tell(names.length, found, list);
  console.log(`the share may be at most ${bounds.share.toFixed(1)} %`);
  if (record) recordShare(bounds, shareOf(found));
  return faults.length === 0 ? 0 : 1;
}

function readListed(folder: string): readonly Listed[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().flatMap((file) => parse(readFileSync(join(folder, file), 'utf8')) as readonly Listed[]);
}

function compareAll(folder: string, names: readonly string[]): Found {
  const disagreements = new Map<string, string>();
  const refused = new Map<string, string[]>();
  const all: Comparison[] = [];
  for (const name of names) {
    const [converted] = convertFile(join(folder, `${name}.hl7`), join(import.meta.dirname, 'feed.yaml'));
    if (converted === undefined) throw new Error(`${name} holds no message`);
    if (converted.refusal !== undefined) {
      refused.set(converted.refusal, [...(refused.get(converted.refusal) ?? []), name]);
      continue;
    }
    const comparisons = compare(converted.resources, expectedOf(join(folder, `${name}.expected.json`)));
    all.push(...comparisons);
    for (const [fact, counts] of countsOf(comparisons)) disagreements.set(`${name} ${fact}`, counts);
    if (details) print(name, comparisons);
  }
  return { comparisons: all, disagreements, refused };
}

function expectedOf(path: string): readonly Resource[] {
  const bundle = JSON.parse(readFileSync(path, 'utf8')) as { entry: { resource: Resource }[] };
  return bundle.entry.map(({ resource }) => resource);
}

const isDifferent = ({ ours, theirs, statedBy }: Comparison): boolean =>
  statedBy === 'both' && ours.length + theirs.length > 0;

function countsOf(comparisons: readonly Comparison[]): ReadonlyMap<string, string> {
  const byFact = Map.groupBy(comparisons.filter(isDifferent), ({ fact }) => fact);
  const sum = (list: readonly Comparison[], side: 'ours' | 'theirs') =>
    list.reduce((total, comparison) => total + comparison[side].length, 0);
  return new Map([...byFact].map(([fact, list]) => [fact, `+${sum(list, 'ours')} -${sum(list, 'theirs')}`]));
}

function print(name: string, comparisons: readonly Comparison[]): void {
  for (const { fact, ours, theirs, statedBy } of comparisons) {
    if (ours.length + theirs.length === 0) continue;
    console.log(`${name} ${fact}${statedBy === 'both' ? '' : `, stated by ${statedBy} alone`}`);
    for (const value of ours) console.log(`  + ${value}`);
    for (const value of theirs) console.log(`  - ${value}`);
  }
}

function holdAgainstList(list: readonly Listed[], found: ReadonlyMap<string, string>): readonly string[] {
  const listed = new Map(
    list.flatMap(({ fact, in: messages }) =>
      Object.entries(messages).map(([message, counts]): [string, string] => [`${message} ${fact}`, counts]),
    ),
  );
  const undecided = list.filter(({ verdict, decides }) => !verdicts.includes(verdict) || decides.trim() === '');
  return [
    ...undecided.map(({ fact }) => `undecided: ${fact}`),
    ...[...found].flatMap(([key, counts]) =>
      listed.get(key) === counts ? [] : [`not listed: ${key}: ${counts} (listed: ${listed.get(key) ?? 'no'})`],
    ),
    ...[...listed.keys()].filter((key) => !found.has(key)).map((key) => `gone, take it off the list: ${key}`),
  ];
}

/** In percent, to the tenth that is printed. */
function shareOf({ comparisons }: Found): number {
  const both = comparisons.filter(({ statedBy }) => statedBy === 'both');
  if (both.length === 0) throw new Error('Expected the two converters to state something in common');
  return Math.round((1000 * both.filter(isDifferent).length) / both.length) / 10;
}

function holdAgainstBounds(bounds: Bounds, found: Found): readonly string[] {
  const share = shareOf(found);
  const refused = [...found.refused].flatMap(([reason, names]) => names.map((name) => [name, reason] as const));
  return [
    ...refused.flatMap(([name, reason]) => (bounds.refused[name] === reason ? [] : [`refused: ${name}: ${reason}`])),
    ...Object.keys(bounds.refused)
      .filter((name) => !refused.some(([other]) => other === name))
      .map((name) => `converts now, take it off bounds.yaml: ${name}`),
    ...(share > bounds.share ? [`the share of disagreements has grown: ${share} % (at most ${bounds.share} %)`] : []),
  ];
}

function recordShare(bounds: Bounds, share: number): void {
  if (share >= bounds.share) return;
  const written = readFileSync(boundsFile, 'utf8').replace(/^share: .*$/m, `share: ${share.toFixed(1)}`);
  writeFileSync(boundsFile, written);
  console.log(`recorded: ${share.toFixed(1)} %`);
}

function tell(messages: number, found: Found, list: readonly Listed[]): void {
  const { comparisons, refused } = found;
  const notMapped = [...refused.values()].flat().length;
  for (const [reason, names] of refused) console.log(`${reason}: ${names.length} (${names.join(' ')})`);
  console.log(`${messages - notMapped} of ${messages} messages converted`);
  const of = (side: Comparison['statedBy']) => comparisons.filter(({ statedBy }) => statedBy === side).length;
  const differing = comparisons.filter(isDifferent).length;
  console.log(`${of('both')} facts stated by both, ${of('us')} by us alone, ${of('them')} by the other alone`);
  console.log(`${differing} disagreements: ${shareOf(found).toFixed(1)} % of what both state`);
  const listedAs = (wanted: string) =>
    list.filter(({ verdict }) => verdict === wanted).reduce((sum, entry) => sum + Object.keys(entry.in).length, 0);
  console.log(`listed by message and fact: ${verdicts.map((verdict) => `${verdict} ${listedAs(verdict)}`).join(', ')}`);
}

if (shared === undefined) console.log('skipped: the sample messages (../shared) are not here');
else process.exitCode = run(join(shared, 'hl7v2/converter-samples'));
