import { describe, expect, test } from 'vitest';
import {
  birthTime,
  readIsoTime,
  readTime,
  readTimeOfDay,
  type Time,
  toFhirDate,
  toFhirDateTime,
  toFhirInstant,
  toFhirTime,
} from '../../../../core/hl7v2/times.ts';
import { zoneExists } from '../../../../core/hl7v2/zone.ts';

function timeOf(text: string, zone = 'UTC', read = readTime): Time {
  const outcome = read(text, zone);
  if (!outcome.ok) throw new Error(outcome.issues[0]?.code);
  return outcome.value;
}

const codes = (outcome: { readonly issues: readonly { readonly code: string }[] }): string[] =>
  outcome.issues.map((issue) => issue.code);

describe('readTime', () => {
  test.each([
    ['2024', 1, '2024'],
    ['202402', 2, '2024-02'],
    ['20240229', 3, '2024-02-29'],
    ['2024022913', 4, '2024-02-29T13:00:00-05:00'],
    ['202402291305', 5, '2024-02-29T13:05:00-05:00'],
    ['20240229130507', 6, '2024-02-29T13:05:07-05:00'],
    ['20240229130507.1200', 7, '2024-02-29T13:05:07.1200-05:00'],
    ['20240229130507+0530', 6, '2024-02-29T13:05:07+05:30'],
    ['20240229130507.5-0000', 7, '2024-02-29T13:05:07.5Z'],
    ['20240701120000', 6, '2024-07-01T12:00:00-04:00'],
    ['00010101', 3, '0001-01-01'],
  ])('%s has precision %i and becomes %s', (text, precision, fhir) => {
    const time = timeOf(text, 'America/New_York');
    expect(time.precision).toBe(precision);
    expect(toFhirDateTime(time)).toBe(fhir);
  });

  test.each(['20230229', '20240431', '20241301', '20240001', '00000000', '00000101', '19000229'])(
    '%s is no date',
    (text) => {
      expect(codes(readTime(text, 'UTC'))).toEqual(['date-impossible']);
    },
  );

  test.each(['202401012400', '20240101240000', '202401010060', '20240101000060', '20240101+1401', '20240101+0060'])(
    '%s is no time of any day',
    (text) => expect(codes(readTime(text, 'UTC'))).toEqual(['date-impossible']),
  );

  test.each([
    '',
    'x',
    '202',
    '20240',
    '2024-01-01',
    '20240101T10',
    '2024010110:00',
    '20240101000000.',
    '""',
    '20240101+01',
  ])('%j is not a time in this notation', (text) => expect(codes(readTime(text, 'UTC'))).toEqual(['value-unreadable']));

  test('a repeated hour takes the first and says so', () => {
    const outcome = readTime('20241103013000', 'America/New_York');
    expect(codes(outcome)).toEqual(['time-ambiguous']);
    expect(outcome.ok && toFhirDateTime(outcome.value)).toBe('2024-11-03T01:30:00-04:00');
  });

  test('the hours around a repeated hour are not flagged', () => {
    expect(readTime('20241103005959', 'America/New_York').issues).toEqual([]);
    expect(toFhirDateTime(timeOf('20241103020000', 'America/New_York'))).toBe('2024-11-03T02:00:00-05:00');
  });

  test('a skipped hour keeps its text under the offset from before the change, and says so', () => {
    const outcome = readTime('20240310023000', 'America/New_York');
    expect(codes(outcome)).toEqual(['time-ambiguous']);
    expect(outcome.ok && toFhirDateTime(outcome.value)).toBe('2024-03-10T02:30:00-05:00');
    expect(outcome.ok && outcome.value.epochMs).toBe(Date.UTC(2024, 2, 10, 7, 30));
  });

  test('a repeated half hour is found where the change is half an hour', () => {
    expect(codes(readTime('20240407014500', 'Australia/Lord_Howe'))).toEqual(['time-ambiguous']);
    expect(codes(readTime('20240407020000', 'Australia/Lord_Howe'))).toEqual([]);
  });

  test('a stated offset needs no zone rule', () => {
    const outcome = readTime('20241103013000-0500', 'America/New_York');
    expect(outcome.issues).toEqual([]);
    expect(outcome.ok && outcome.value.zoneAssumed).toBe(false);
  });

  test('a date is the start of its day in the zone and assumes nothing', () => {
    const time = timeOf('20240702', 'Australia/Sydney');
    expect(time.epochMs).toBe(Date.UTC(2024, 6, 1, 14));
    expect(time.zoneAssumed).toBe(false);
    expect(toFhirDate(time)).toBe('2024-07-02');
  });

  test('a year is the start of its year and keeps its precision in every FHIR type', () => {
    const time = timeOf('2024');
    expect(time.epochMs).toBe(Date.UTC(2024, 0, 1));
    expect([toFhirDate(time), toFhirDateTime(time), toFhirInstant(time)]).toEqual(['2024', '2024', undefined]);
  });

  test('a time late in the evening is cut to its own date, not to the date in UTC', () => {
    expect(toFhirDate(timeOf('20240131233000', 'America/Los_Angeles'))).toBe('2024-01-31');
  });

  test('an instant needs the minute', () => {
    expect(toFhirInstant(timeOf('2024010112'))).toBeUndefined();
    expect(toFhirInstant(timeOf('202401011230'))).toBe('2024-01-01T12:30:00Z');
  });

  test('the fraction counts in milliseconds and keeps its digits', () => {
    const time = timeOf('20240101000000.98765');
    expect(time.epochMs).toBe(Date.UTC(2024, 0, 1) + 987);
    expect(toFhirTime(time)).toBe('00:00:00.98765');
  });

  test('an unknown zone is a fault of the feed and thrown', () => {
    expect(() => readTime('20240101', 'Europe/Nowhere')).toThrow(RangeError);
    expect([zoneExists('Europe/Nowhere'), zoneExists('Europe/London')]).toEqual([false, true]);
  });
});

describe('a time of birth', () => {
  test('that is all zeros is no time', () => {
    const time = birthTime(timeOf('19890118000000', 'America/New_York'));
    expect([time.precision, toFhirDateTime(time)]).toEqual([3, '1989-01-18']);
  });

  test('that says anything else stays', () => {
    expect(birthTime(timeOf('198901180001')).precision).toBe(5);
    expect(birthTime(timeOf('19890118000000.1')).precision).toBe(7);
  });
});

describe('readTimeOfDay', () => {
  test.each([
    ['08', '08:00:00'],
    ['0834', '08:34:00'],
    ['083430.25+0100', '08:34:30.25'],
  ])('%s becomes %s', (text, fhir) => {
    expect(readTimeOfDay(text)).toEqual({ ok: true, value: fhir, issues: [] });
  });

  test.each([
    ['2400', 'date-impossible'],
    ['0860', 'date-impossible'],
    ['8', 'value-unreadable'],
    ['08:34', 'value-unreadable'],
  ])('%s is refused', (text, code) => {
    expect(codes(readTimeOfDay(text))).toEqual([code]);
  });
});

describe('readIsoTime', () => {
  test.each([
    ['2014-05-06', '2014-05-06'],
    ['2014-05', '2014-05'],
    ['2014-05-06T08:34:30Z', '2014-05-06T08:34:30Z'],
    ['2014-05-06 08:34', '2014-05-06T08:34:00+01:00'],
    ['2014-05-06T08:34:30.250+02:00', '2014-05-06T08:34:30.250+02:00'],
    ['2014-05-06T08:34:30-0330', '2014-05-06T08:34:30-03:30'],
  ])('%s becomes %s', (text, fhir) => {
    expect(toFhirDateTime(timeOf(text, 'Europe/London', readIsoTime))).toBe(fhir);
  });

  test.each(['20140506', '06/05/2014', '2014-5-6', '2014-05-06T'])('%s is not in this notation', (text) => {
    expect(codes(readIsoTime(text, 'UTC'))).toEqual(['value-unreadable']);
  });
});
