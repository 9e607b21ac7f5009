import { describe, expect, it } from 'vitest';
import { isDate, isDateTime, isInstant } from '../../../../core/fhir/calendar.ts';
import { checkResource } from '../../../../core/fhir/check.ts';
import { primitiveChecks } from '../../../../core/fhir/primitives.ts';
import { hasForm, usualForms } from '../../../../core/fhir/usual.ts';

/** Whether a text has the usual form of a type. */
function isUsual(type: string, text: string): boolean {
  const form = usualForms.get(type);
  return form !== undefined && hasForm(text, form);
}

/** Every way to write a day in these years, with days and months that do not exist. */
function* days(): Generator<string> {
  const padded = (part: number): string => String(part).padStart(2, '0');
  for (const year of [0, 1599, 1899, 1900, 1904, 2000, 2023, 2024, 2099, 2100]) {
    for (let month = 0; month <= 13; month += 1) {
      for (let day = 0; day <= 32; day += 1) yield `${String(year).padStart(4, '0')}-${padded(month)}-${padded(day)}`;
    }
  }
}

const times = ['T00:00:00Z', 'T23:59:59.123+09:59', 'T24:00:00Z', 'T10:60:00Z', 'T10:00:60Z', 'T10:00:00', 'T10:00Z'];
const zones = ['T10:00:00+14:30', 'T10:00:00-05:60', 'T10:00:00z', 'T10:00:00.Z', 'T10:00:00Z\n', ' ', '\n', 'x'];

describe('what has the usual form of its type stands', () => {
  it('no day that does not exist is usual, and most that do are', () => {
    const usual = [...days()].filter((day) => isUsual('date', day));
    expect(usual.filter((day) => !isDate(day))).toEqual([]);
    expect(usual.length).toBe(6 * 365);
    expect(usual.every((day) => isUsual('dateTime', day))).toBe(true);
    expect(usual.some((day) => isUsual('instant', day))).toBe(false);
  });

  it('no time that does not exist is usual', () => {
    const written = [...days()].flatMap((day) => [...times, ...zones].map((time) => day + time));
    const usual = written.filter((text) => isUsual('dateTime', text));
    expect(usual.filter((text) => !isDateTime(text))).toEqual([]);
    expect(usual.length).toBe(6 * 365 * 2);
    const instants = written.filter((text) => isUsual('instant', text));
    expect(instants).toEqual(usual);
    expect(instants.filter((text) => !isInstant(text))).toEqual([]);
  });

  it.each(['string', 'markdown', 'code', 'uri', 'url', 'canonical', 'id'])('any character in a %s', (type) => {
    const check = primitiveChecks.get(type);
    let usual = 0;
    for (let unit = 0; unit <= 0xff_ff; unit += 1) {
      const character = String.fromCharCode(unit);
      for (const text of [
        character,
        `a${character}`,
        `${character}a`,
        `a${character}a`,
        `a${character}${character}a`,
        `${character}of-more-letters`,
        `of-more${character}letters`,
        `of-more-letters${character}`,
      ]) {
        if (!isUsual(type, text)) continue;
        usual += 1;
        if (check?.(text) !== undefined) expect.fail(`${type} ${JSON.stringify(text)}`);
      }
    }
    expect(usual).toBeGreaterThan(7 * 64);
    expect(isUsual(type, '')).toBe(false);
  });

  it('any character in the text of a reference, and any length', () => {
    const stands = (reference: string): boolean =>
      checkResource({ resourceType: 'Patient', managingOrganization: { reference } }).length === 0;
    for (let unit = 0; unit <= 0xff_ff; unit += 1) {
      const character = String.fromCharCode(unit);
      expect(stands(`Organization/1${character}2`), character).toBe(/[A-Za-z0-9.-]/.test(character));
    }
    const lengths = Array.from({ length: 80 }, (_, index) => index);
    expect(lengths.filter((length) => stands(`Organization/${'1'.repeat(length)}`))).toEqual(lengths.slice(1, 65));
  });
});
