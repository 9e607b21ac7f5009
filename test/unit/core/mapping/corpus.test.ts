import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecord } from '../../../../core/csv/record.ts';
import type { TracedConversion } from '../../../../core/mapping/convert-message.ts';
import { bytesOf, converterOf, root } from './fixtures.ts';
import { faultsOf, outsideOf } from './rendered.ts';

const shared = join(root, '../shared/data');
const simhospital = join(shared, 'hl7v2/simhospital-1013.hl7');
const synthea = join(shared, 'csv/synthea-3-patients/csv');
const word = 'SKIPPED FAILS TO SHOW THE CORPUS: ../shared is absent';

const messagesOf = (path: string): readonly string[] =>
  readFileSync(path, 'latin1')
    .split(/(?<=[\r\n])(?=MSH\|)/)
    .filter((message) => message.startsWith('MSH'));

const convertAll = (): readonly TracedConversion[] => {
  const converter = converterOf('mappings/feeds/simhospital.yaml');
  return messagesOf(simhospital).map((message) => converter.convertMessage(bytesOf(message)));
};

test.skipIf(!existsSync(simhospital))(`all 1,013 messages of SimHospital convert (${word})`, () => {
  const conversions = convertAll();
  expect(conversions.length).toBe(1013);
  const dead = conversions.filter((conversion) => conversion.state !== 'mapped');
  expect(dead).toEqual([]);
  expect(conversions.flatMap(faultsOf)).toEqual([]);
  expect(conversions.flatMap(outsideOf)).toEqual([]);
});

test.skipIf(!existsSync(simhospital))(`every OBX of a result ends in an observation (${word})`, () => {
  const converter = converterOf('mappings/feeds/simhospital.yaml');
  for (const message of messagesOf(simhospital).filter((text) => text.includes('|ORU^R01|'))) {
    const conversion = converter.convertMessage(bytesOf(message));
    if (conversion.state !== 'mapped') throw new Error('not mapped');
    const observations = conversion.resources.filter((draft) => draft.type === 'Observation');
    const values = observations.map((draft) => draft.slots['value']?.value?.['valueString']);
    const lines = values.filter((value) => typeof value === 'string').flatMap((value) => value.split('\n')).length;
    const others = values.filter((value) => typeof value !== 'string').length;
    const sent = message.split(/[\r\n]/).filter((line) => line.startsWith('OBX|'));
    expect(lines + others).toBe(sent.length);
  }
});

test.skipIf(!existsSync(simhospital))(`a second run and another host zone give the same statements (${word})`, () => {
  const before = process.env['TZ'];
  const first = JSON.stringify(convertAll());
  process.env['TZ'] = 'Asia/Kolkata';
  const second = JSON.stringify(convertAll());
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
  expect(second === first).toBe(true);
});

test.skipIf(!existsSync(simhospital))(`the default feed filters test messages (${word})`, () => {
  const converter = converterOf('mappings/feeds/default.yaml');
  const reasons = messagesOf(simhospital).map((message) => converter.convertMessage(bytesOf(message)));
  expect(reasons.every(({ state }) => state === 'filtered')).toBe(true);
});

test.skipIf(!existsSync(synthea)).each([
  ['patients', 3],
  ['encounters', 82],
  ['conditions', 71],
  ['observations', 819],
])(`every row of Synthea's %s is a resource of its own (${word})`, (table, count) => {
  const converter = converterOf('mappings/feeds/synthea.yaml');
  const [header = '', ...lines] = readFileSync(join(synthea, `${table}.csv`), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = header.split(',');
  const ids = new Set<string>();
  for (const line of lines) {
    const cells = parseRecord(bytesOf(line));
    if (!cells.ok) throw new Error('unreadable record');
    const conversion = converter.convertRecord(table, columns, cells.value, 0);
    if (conversion.state !== 'mapped') throw new Error(conversion.reason);
    expect(faultsOf(conversion)).toEqual([]);
    for (const draft of conversion.resources) ids.add(draft.id);
  }
  expect(ids.size).toBe(count);
});
