import { expect, test } from 'vitest';
import { fhirTimeRange } from '../../../../local/healthlake/fhir-time.ts';

const span = (text: string) => {
  const range = fhirTimeRange(text);
  return range && [new Date(range.low).toISOString(), new Date(range.high).toISOString()];
};

test.each([
  ['2024', '2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
  ['2024-12', '2024-12-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['2024-02-29T10:30+01:00', '2024-02-29T09:30:00.000Z', '2024-02-29T09:31:00.000Z'],
  ['2024-02-29T10:30:05Z', '2024-02-29T10:30:05.000Z', '2024-02-29T10:30:06.000Z'],
  ['2024-02-29T10:30:05.1234567Z', '2024-02-29T10:30:05.123Z', '2024-02-29T10:30:05.124Z'],
])('%s covers its precision', (text, low, high) => {
  expect(span(text)).toEqual([low, high]);
});

test.each(['2023-02-29', '2024-13', '2024-04-31', '20240101', '2024-1-1', 'today', ''])('%s is no time', (text) => {
  expect(span(text)).toBeUndefined();
});
