import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const converter = createConverter(feedAt('test/fixtures/hl7v2/feed.yaml'), { sha256 });
const header = 'MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||';

function slotsOf(type: string, resource: string, segments: readonly string[]) {
  const conversion = converter.convertMessage(bytesOf([`${header}${type}|1|P|2.5.1`, ...segments].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources.find((draft) => draft.type === resource)?.slots ?? {};
}

test.each([
  ['^PRN^PH^^^^5550100', '5550100'],
  ['^PRN^PH^^^312^5550100', '312 5550100'],
  ['^PRN^PH^^1^312^5550100^22', '+1 312 5550100 X22'],
])('PID-13 %s keeps its number though XTN.5 or XTN.6 is missing', (field, value) => {
  const { 'telecom#home': home } = slotsOf('ADT^A01', 'Patient', [`PID|1||12345^^^NORTH^MR||Ames|||F|||||${field}`]);
  expect(home?.value).toMatchObject({ telecom: [{ value }] });
});

test('OBX-5 of type ED keeps its bytes though ED.2, the type of data, is missing', () => {
  const slots = slotsOf('MDM^T02', 'DocumentReference', [
    'PID|1||12345^^^NORTH^MR||Ames',
    'TXA|1|DS|TX|20260301||||||||D1^NORTHGEN',
    'OBX|1|ED|18842-5^Summary^LN||^^PDF^Base64^JVBERi0xLjQK',
  ]);
  expect(JSON.stringify(slots)).toContain('JVBERi0xLjQK');
});

test('a person keeps the number that an authority without a name gave, and is one with the person of a role', () => {
  const conversion = converter.convertMessage(
    bytesOf(
      [
        `${header}ADT^A01|1|P|2.8`,
        'PID|1||12345^^^NORTH^MR',
        'PV1|1|I|||||7001^Moss^Ada^^^^^^&2.16.840.1.113883.4.6&ISO^^^^NPI||||||||||||V1^^^NORTH',
        'ROL|1|AD|AT|7001^Moss^Ada^^^^^^&2.16.840.1.113883.4.6&ISO^^^^NPI||||||||||Clinic^^^^^&2.16.840.1.113883.19&ISO^XX^^^C77',
      ].join('\r'),
    ),
  );
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  const numbers = (type: string) =>
    conversion.resources
      .filter((draft) => draft.type === type)
      .map(
        (draft) => (draft.slots['identifier']?.value?.['identifier'] as { value: string }[] | undefined)?.[0]?.value,
      );
  expect(numbers('Practitioner')).toEqual(['7001']);
  expect(numbers('Organization')).toEqual(['C77']);
  expect(conversion.resources.filter((draft) => draft.type === 'PractitionerRole')).toHaveLength(1);
});
