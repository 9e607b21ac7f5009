import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placesOf, readsOf } from '../../../../core/mapping/compile/places.ts';
import { Node, Problems } from '../../../../core/mapping/compile/problems.ts';
import { checkUnread } from '../../../../core/mapping/compile/unread.ts';
import { plan } from '../../../../core/mapping/generated/plan.ts';
import type { Making, MessagePlan } from '../../../../core/mapping/plan-shape.ts';
import { readSources } from '../../../../tools/mappings/read-sources.ts';
import { bytesOf, converterOf, root } from './fixtures.ts';

const { sources } = readSources(join(root, 'mappings'));

const document = (structure: string): object => sources.messages[structure] as object;

function faults(
  { grammar, makings }: MessagePlan,
  table: object,
  rows: readonly Making[] = makings,
): readonly string[] {
  const problems = new Problems();
  checkUnread(new Node(table, [], problems), grammar, rows, plan.segments);
  return problems.found.map(({ text }) => text);
}

const structureOf = (name: string): MessagePlan => {
  const found = plan.messages.find(({ structure }) => structure === name);
  if (found === undefined) throw new Error(`no structure ${name}`);
  return found;
};

describe.each(plan.messages.map((message) => [message.structure, message] as const))('%s', (structure, message) => {
  const reads = (making: Making): readonly string[] =>
    readsOf(making, message.grammar, plan.segments).map(([place]) => place);

  test('every segment that some map reads is read at each of its places, or listed with a reason', () => {
    expect(faults(message, document(structure))).toEqual([]);
  });

  const read = new Set(message.makings.flatMap(reads));
  test.each(placesOf(message.grammar).filter(({ name }) => read.has(name)))('the loss of $name is told', ({ name }) => {
    const without = message.makings.filter((making) => !reads(making).includes(name));
    const lost = faults(message, document(structure), without);
    expect(lost).toContain(`no row reads ${name}, which is mapped elsewhere; "unread" may say why`);
  });
});

test('a place that is unread and none of the grammar, or read, is a fault, and so is one without a reason', () => {
  const message = structureOf('ADT_A15');
  expect(faults(message, { unread: { 'PATIENT.ZZZ': 'why', PV1: 'why', 'PID-18': 'why' } })).toEqual([
    '"PATIENT.ZZZ" is no place of the grammar',
    '"PV1" is read, or has no map',
    '"PID-18" is read, or has no map',
  ]);
  expect(faults(message, { unread: { DB1: null } })).toEqual(['is missing', '"DB1" is read, or has no map']);
});

test('a field of the patient that one structure maps is missed in another', () => {
  const message = structureOf('ADT_A60');
  const makings = message.makings.filter(({ make }) => make !== 'Account');
  const lost = faults(message, {}, makings);
  expect(lost).toContain('no row reads PID-18, which is mapped elsewhere; "unread" may say why');
  expect(faults(message, { unread: { 'PID-18': 'the account is told by another message' } }, makings)).not.toContain(
    lost[0],
  );
});

test('a group that is listed stands for all below it', () => {
  const message = structureOf('OML_O21');
  const { unread, ...rest } = document('OML_O21') as { unread: Record<string, string> };
  const { 'ORDER.OBSERVATION_REQUEST.PRIOR_RESULT': prior, ...others } = unread;
  expect(prior).toMatch(/prior result/);
  const lost = faults(message, { ...rest, unread: others });
  expect(lost.length).toBeGreaterThan(5);
  expect(lost.every((text) => text.includes('.PRIOR_RESULT.'))).toBe(true);
});

test('the notation page names every segment that has no map, and no other', () => {
  const page = readFileSync(join(root, 'docs/mapping-notation.md'), 'utf8');
  const table = page.slice(page.indexOf('## Segments without a map'));
  const rows = [...table.matchAll(/^\| ([A-Z][A-Z0-9, ]+) \|/gm)];
  const named = rows.flatMap(([, names = '']) => names.split(', '));
  const mapped = new Set(Object.values(plan.segments).map(({ segment }) => segment));
  const unmapped = plan.messages.flatMap(({ grammar }) => placesOf(grammar)).map(({ segment }) => segment);
  expect(named.toSorted()).toEqual([...new Set(unmapped.filter((name) => !mapped.has(name)))].toSorted());
});

test('a segment is told where no row reads it, and where a row reads it is not', () => {
  const message = [
    'MSH|^~\\&|CLINIC|NORTHGEN|REGISTRY|STATE|20240611094500-0500||ORU^R01|1|P|2.8.2',
    'PID|1||0051234^^^NORTH^MR||Rivers^Nora||19590304|F',
    'NTE|1||a comment on the patient',
    'OBR|1||F1^LAB|24323-8^CMP^LN|||20240611094500-0500',
    'NTE|1||a comment on the report',
    'OBX|1|ST|5778-6^Color^LN||yellow||||||F',
    'CTI|STUDY1',
  ];
  const { issues } = converterOf('test/fixtures/hl7v2/feed.yaml').convertMessage(bytesOf(message.join('\r')));
  const told = issues.filter(({ code }) => code === 'segment-unread').map(({ path }) => path);
  expect(told).toEqual(['NTE[1]', 'CTI[1]']);
});
