/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar (`month` 1 to 12). Whole numbers only, no clock. */
export function daysFromCivil(year: number, month: number, day: number): number {
  // Counted in years that begin in March, so that the leap day is the last (Hinnant, "chrono-compatible low-level date algorithms").
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Year of the date so many days from 1970-01-01. */
export function yearOfDays(days: number): number {
  const guess = 1970 + Math.floor(days / 365.2425);
  if (days < daysFromCivil(guess, 1, 1)) return guess - 1;
  return days < daysFromCivil(guess + 1, 1, 1) ? guess : guess + 1;
}

/** The date so many days from 1970-01-01: the inverse of `daysFromCivil`. */
export function civilOfDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const year = yearOfDays(days);
  let month = 1;
  while (month < 12 && daysFromCivil(year, month + 1, 1) <= days) month += 1;
  return { year, month, day: days - daysFromCivil(year, month, 1) + 1 };
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the calendar has this date. */
export function dateExists(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : (monthLengths[month - 1] as number));
}

/** Year, month (1 to 12) and day of a count of days since 1970-01-01: what `daysFromCivil` takes. */
export function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const year = yearOfDays(days);
  let month = 12;
  while (daysFromCivil(year, month, 1) > days) month -= 1;
  return { year, month, day: days - daysFromCivil(year, month, 1) + 1 };
}
