import { expect, test } from 'vitest';
import { render } from '../../../../core/merge/render.ts';
import { bytesOf, converterOf } from './fixtures.ts';

const converter = converterOf('test/fixtures/hl7v2/feed.yaml');

function made(type: string, segments: readonly string[], event = 'ADT^A01'): readonly Record<string, unknown>[] {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||${event}|1|P|2.8`;
  const conversion = converter.convertMessage(bytesOf([header, ...segments].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources
    .filter((draft) => draft.type === type)
    .map((draft) => ({ ...render(draft.type, draft.id, draft.slots) }));
}

const pid = 'PID|1||12345^^^NORTH^MR';
const accidents = (segment: string) => made('Observation', [pid, segment]).map(({ id }) => id);

test('3.8 an accident is known by its number, and by when and what it was where it has none', () => {
  const [numbered] = accidents('ACC|20260201|FALL^Fall^L|||||||||||ACC-7^NORTHGEN');
  expect(numbered).toBeDefined();
  expect(accidents('ACC|20260202|MVA^Car^L|||||||||||ACC-7^NORTHGEN')).toEqual([numbered]);
  const [timed] = accidents('ACC|20260201|FALL^Fall^L');
  expect(timed).not.toBe(numbered);
  expect(accidents('ACC|20260201|FALL^Fell down^L||||N')).toEqual([timed]);
  expect(accidents('ACC|20260202|FALL^Fall^L')).not.toEqual([timed]);
  expect(accidents('ACC||||||N')).toEqual([]);
});

test('a cause of death is told of by an observation and is no diagnosis', () => {
  const segments = [pid, 'PDA|I46.9^Cardiac arrest^I10||Y'];
  expect(made('Condition', segments)).toEqual([]);
  const [told] = made('Observation', segments);
  expect(told).toMatchObject({ valueCodeableConcept: { coding: [{ code: 'I46.9' }] } });
});

test('a number of a disabled person is the patient’s only where DB1-2 says so', () => {
  const values = (of: string) =>
    made('Patient', [pid, `DB1|1|${of}|D1^^^STATE`]).flatMap(({ identifier }) =>
      (identifier as { value: string }[]).map(({ value }) => value).toSorted(),
    );
  expect(values('PT')).toEqual(['12345', 'D1']);
  expect(values('GT')).toEqual(['12345']);
});

test('3.6 the document that goes with an order stands between ORC and OBR, and the order stays one', () => {
  const segments = [
    ...[pid, 'ORC|RE|P1^EHR|F1^LAB', 'OBX|1|TX|11502-2^Report^LN||Text||||||F', 'TXA|1|OR|TX||||||||||DOC1^LAB'],
    ...[
      'OBR|1|P1^EHR|F1^LAB|625-4^Culture^LN|||20260228|||||||||||||||||||F',
      'OBX|1|ST|625-4^Culture^LN||None||||||F',
    ],
  ];
  const [order, ...others] = made('ServiceRequest', segments, 'ORU^R01');
  expect(others).toEqual([]);
  expect(made('DocumentReference', segments, 'ORU^R01')).toMatchObject([
    { context: { related: [{ reference: `ServiceRequest/${String(order?.['id'])}` }] } },
  ]);
  expect(made('Observation', segments, 'ORU^R01')).toHaveLength(1);
});

test('a charge that comes with an order or a result is kept; a payment is no charge', () => {
  const charge = (type: string) => `FT1|1|T1||20260301||${type}|87045^Stool culture^C4`;
  const order = [pid, 'ORC|NW|P1^EHR', 'OBR|1|P1^EHR||87045^Stool culture^C4'];
  for (const event of ['ORM^O01', 'OML^O21', 'OMG^O19', 'ORU^R01']) {
    expect(made('ChargeItem', [...order, charge('CG')], event)).toHaveLength(1);
    expect(made('ChargeItem', [...order, charge('PY')], event)).toEqual([]);
  }
});
