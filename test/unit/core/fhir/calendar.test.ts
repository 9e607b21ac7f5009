import { describe, expect, it } from 'vitest';
import { inOrder, isDate, isDateTime, isInstant, isTime } from '../../../../core/fhir/calendar.ts';

describe('dates that exist', () => {
  it.each(['2024', '2024-12', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s stands', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each([
    '0000',
    '2023-02-29',
    '1900-02-29',
    '2024-00',
    '2024-13',
    '2024-04-31',
    '2024-01-00',
    '24-01-01',
    '2024-1-1',
    '2024-01-01 ',
  ])('%s does not', (text) => {
    expect(isDate(text)).toBe(false);
  });

  it.each(['2024-01-01T00:00:00Z', '2024-01-01T23:59:60.123456+14:00', '2024-01-01T10:00:00-05:30'])(
    '%s is a moment',
    (text) => {
      expect(isInstant(text)).toBe(true);
      expect(isDateTime(text)).toBe(true);
    },
  );

  it.each([
    '2024-01-01T24:00:00Z',
    '2024-01-01T10:00:00',
    '2024-01-01T10:00Z',
    '2024-02-30T10:00:00Z',
    '2024-01-01T10:00:00+14:01',
    '2024-01T10:00:00Z',
    '2024-01-01t10:00:00Z',
  ])('%s is no moment', (text) => {
    expect(isInstant(text)).toBe(false);
    expect(isDateTime(text)).toBe(false);
  });

  it('a time needs its seconds', () => {
    expect([isTime('08:15:00'), isTime('08:15'), isTime('8:15:00'), isTime('08:15:00.5')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('the order of a period', () => {
  it.each([
    ['2024-01-01T10:00:00+02:00', '2024-01-01T08:00:00Z', true],
    ['2024-01-01T10:00:00Z', '2024-01-01T10:00:00+01:00', false],
    ['2024-12-31T23:30:00-01:00', '2025-01-01T00:30:00Z', true],
    ['2024-03-01T00:00:00Z', '2024-02-29T23:59:59.999Z', false],
    ['2024-05-03', '2024-05', true],
    ['2024', '2024-01-01T00:00:00Z', true],
    ['2024-05', '2024-04-30', false],
  ])('%s to %s: %s', (start, end, stands) => {
    expect(inOrder(start, end)).toBe(stands);
  });
});
