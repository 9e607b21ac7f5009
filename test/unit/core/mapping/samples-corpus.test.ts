import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { TracedConversion } from '../../../../core/mapping/convert-message.ts';
import { stringifyFhir } from '../../../../core/mapping/fhir-json.ts';
import { render } from '../../../../core/merge/render.ts';
import { converterOf, enclosingConverterOf, feedAt, root, sha256 } from './fixtures.ts';
import { bundleFaultsOf, bundleTextOf, faultsOf, referencesIn } from './rendered.ts';

const shared = join(root, '../shared/data/hl7v2');
const feed = 'conformance/converter-samples/feed.yaml';
const absent = !existsSync(shared);
const word = 'SKIPPED FAILS TO SHOW THE SAMPLES: ../shared is absent';

const samplesIn = (folder: string): readonly string[] =>
  absent ? [] : readdirSync(join(shared, folder)).filter((file) => file.endsWith('.hl7'));
const all = ['converter-samples', 'guide-tests', 'edge'].flatMap((folder) =>
  samplesIn(folder).map((file) => `${folder}/${file}`),
);
const convert = (sample: string): TracedConversion =>
  converterOf(feed).convertMessage(readFileSync(join(shared, sample)));

const bytesOf = (conversion: TracedConversion): string =>
  conversion.state === 'mapped'
    ? conversion.resources.map(({ type, id, slots }) => `${stringifyFhir(render(type, id, slots))}\n`).join('')
    : conversion.reason;

test.skipIf(absent)(`the samples are the 57, the 7 and the 18 (${word})`, () => {
  const counts = ['converter-samples', 'guide-tests', 'edge'].map((folder) => samplesIn(folder).length);
  expect(counts).toEqual([57, 7, 18]);
});

test.skipIf(absent).each(all)('%s converts, or is refused with a reason', (sample) => {
  const conversion = convert(sample);
  if (conversion.state !== 'mapped') expect(conversion.reason).not.toBe('internal-fault');
  else expect(conversion.resources.length).toBeGreaterThan(0);
});

// Not mapped yet, or nothing in PID to know the patient by: whatever else is refused is a fault of ours.
const refusable = ['message-type-unsupported', 'message-unreadable', 'no-patient-id'];

test.skipIf(absent)(
  `no sample of a type that we map is refused, but where its patient or header is missing (${word})`,
  () => {
    const refused = all.flatMap((sample) => {
      const conversion = convert(sample);
      return conversion.state === 'mapped' ? [] : [`${sample} ${conversion.reason}`];
    });
    expect(refused.filter((line) => !refusable.some((reason) => line.endsWith(` ${reason}`)))).toEqual([]);
    expect(refused.filter((line) => !line.endsWith(' message-type-unsupported'))).toEqual([
      'edge/edge-empty-segments.hl7 no-patient-id',
      'edge/invalid-missing-msh.hl7 message-unreadable',
      'edge/invalid-segment-header-length.hl7 message-unreadable',
    ]);
  },
);

test.skipIf(absent)(`the 57 convert (${word})`, () => {
  const peers = all.filter((sample) => sample.startsWith('converter-samples/'));
  expect(peers).toHaveLength(57);
  expect(peers.filter((sample) => convert(sample).state !== 'mapped')).toEqual([]);
});

test.skipIf(absent).each(all)('%s gives the same bytes twice', (sample) => {
  const [first, second] = [bytesOf(convert(sample)), bytesOf(convert(sample))];
  expect(first === second).toBe(true);
});

test.skipIf(absent).each(all)('every resource of %s stands', (sample) => {
  expect(faultsOf(convert(sample))).toEqual([]);
});

test.skipIf(absent).each(all)('every reference of %s is made by the same message', (sample) => {
  const conversion = convert(sample);
  if (conversion.state !== 'mapped') return;
  const made = new Set(conversion.resources.map(({ type, id }) => `${type}/${id}`));
  const rendered = conversion.resources.map(({ type, id, slots }) => render(type, id, slots));
  expect(referencesIn(rendered).filter((reference) => !made.has(reference))).toEqual([]);
});

const enclosed = (sample: string): string =>
  bundleTextOf(enclosingConverterOf(feed).convertMessage(readFileSync(join(shared, sample))));

test.skipIf(absent).each(all)('%s becomes a valid bundle in which every reference ends, the same twice', (sample) => {
  const first = enclosed(sample);
  if (convert(sample).state === 'mapped') expect(bundleFaultsOf(first)).toEqual([]);
  expect(enclosed(sample) === first).toBe(true);
});

const issuesOf = (sample: string): readonly string[] =>
  convert(sample)
    .issues.map(({ code, path }) => `${path ?? ''} ${code}`)
    .filter((issue) => !/ (?:zone-assumed|namespace-unknown)$/.test(issue));

// HL7 lets a sender end a segment in empty fields (HL7 v2.8.2 2.5.3): that is told quietly, of the first such segment.
test.skipIf(absent).each([
  ['missing-msh', [' message-unreadable']],
  ['segment-header-length', ['MSH message-unreadable']],
  ['trailing-empty-fields', ['EVN trailing-separators']],
  ['wrong-version', ['MSH-12 version-unknown']],
] as const)(`invalid-%s gives one clear issue (${word})`, (name, issues) => {
  expect(issuesOf(`edge/invalid-${name}.hl7`)).toEqual(issues);
});

test.skipIf(absent).each(['OML_O21', 'ORM_O01'])(
  `guide-tests/%s says ASCII and holds UTF-8: the feed's charset reads it (${word})`,
  (name) => {
    const bytes = readFileSync(join(shared, `guide-tests/${name}.hl7`));
    const { charset, ...without } = feedAt(feed);
    expect(charset).toBe('utf-8');
    const refused = createConverter(without, { sha256 }).convertMessage(bytes);
    expect(refused).toMatchObject({ state: 'dead', reason: 'message-charset' });
    expect(convert(`guide-tests/${name}.hl7`).issues).toContainEqual({ code: 'charset-assumed', path: 'MSH-18' });
  },
);
