import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysFromCivil, yearOfDays } from '../../core/hl7v2/civil.ts';
import { readTime, toFhirDateTime } from '../../core/hl7v2/times.ts';

const zones = [
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
];

describe('times', () => {
  test('a local time with its zone names the instant that the runtime shows as that local time', () => {
    const instant = fc
      .integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2037, 11, 31) })
      .map((ms) => Math.floor(ms / 1000) * 1000);
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (epochMs, zone) => {
        const parts = new Intl.DateTimeFormat('en-US', {
          ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
          ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
        } as Intl.DateTimeFormatOptions).formatToParts(epochMs);
        const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
        const text = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(part).join('');
        const read = readTime(text, zone);
        if (!read.ok) throw new Error(text);
        const again = read.issues.length > 0;
        // The second pass of a repeated hour is read as the first: that is what the note says.
        if (!again) expect(read.value.epochMs).toBe(epochMs);
        else expect(epochMs - read.value.epochMs).toBeLessThanOrEqual(2 * 3_600_000);
        expect(Date.parse(toFhirDateTime(read.value))).toBe(read.value.epochMs);
      }),
      { numRuns: 1000 },
    );
  });

  test('the day count agrees with the runtime calendar for every date from year 1 on', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (days) => {
        const date = new Date(days * 86_400_000);
        expect(daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(days);
        expect(yearOfDays(days)).toBe(date.getUTCFullYear());
      }),
      { numRuns: 5000 },
    );
  });

  test('any text is read or refused, and what is read is a date that FHIR takes', () => {
    const fhir = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d))?)?)?$/;
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789012.+-'), maxLength: 24 }));
    fc.assert(
      fc.property(text, fc.constantFrom(...zones), (value, zone) => {
        const read = readTime(value, zone);
        if (read.ok) expect(toFhirDateTime(read.value)).toMatch(fhir);
        else expect(read.issues).toHaveLength(1);
      }),
      { numRuns: 3000 },
    );
  });

  test('the zone of the host changes nothing', () => {
    const program = `
      import { readTime, readIsoTime, toFhirDateTime } from './core/hl7v2/times.ts';
      const texts = ['20240310023000', '20241103013000', '20240702', '2024', '198901180000', '20240101000000.5+0930'];
      const read = texts.map((text) => readTime(text, 'America/New_York')).concat(readIsoTime('2024-07-01T10:00', 'Asia/Tokyo'));
      console.log(JSON.stringify(read.map((one) => [one, one.ok && toFhirDateTime(one.value)])));`;
    const under = (zone: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      });
    const inUtc = under('UTC');
    expect(inUtc).toContain('2024-11-03T01:30:00-04:00');
    expect(under('Pacific/Kiritimati')).toBe(inUtc);
    expect(under('America/St_Johns')).toBe(inUtc);
  });
});
