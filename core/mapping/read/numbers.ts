import type { TaggedDecimal } from '../fhir-json.ts';
import { decimalOf } from '../fhir-json.ts';
import type { Place } from '../place.ts';
import type { Run } from '../run.ts';

type Read = (args: readonly Place[], run: Run, argument: string) => unknown;
type Fields = Readonly<Record<string, unknown>>;
type Decimal = number | TaggedDecimal;

const UCUM = 'http://unitsofmeasure.org';

export const decimal: Read = (args, run) => {
  const value = args[0]?.text() ?? '';
  return value === '' ? undefined : (decimalOf(value) ?? unreadable(args, run));
};

/** Whole numbers; for `positiveInt` and `unsignedInt` too. `integer(zero)` takes a zero as a count: no refills. */
export const integer: Read = (args, run, argument) => {
  const value = args[0]?.text() ?? '';
  if (value === '') return undefined;
  const least = argument === 'zero' ? 0 : 1;
  return /^\d{1,9}$/.test(value) && Number(value) >= least ? Number(value) : unreadable(args, run);
};

const WORDS: Readonly<Record<string, boolean>> = { Y: true, N: false, TRUE: true, FALSE: false };

/** Table 0136: Y and N. */
export const boolean: Read = (args, run) => {
  const value = args[0]?.text() ?? '';
  if (value === '') return undefined;
  const read = WORDS[value.toUpperCase()];
  if (read === undefined) run.issue('code-unmapped', args[0]?.path() ?? '');
  return read;
};

const COMPARED = /^(<=|>=|<|>)?\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))$/;

/** `quantity`: a number, with a comparator if it has one (`<15`), and its unit; text that is no number is reported. */
export const quantity: Read = (args, run) => {
  const value = args[0]?.text() ?? '';
  if (value === '') return undefined;
  const plain = decimalOf(value);
  if (plain !== undefined) return measured(plain, args[1], run);
  const parts = COMPARED.exec(value);
  const number = decimalOf(parts?.[2] ?? '');
  if (number === undefined) return unreadable(args, run);
  return { value: number, ...(parts?.[1] === undefined ? {} : { comparator: parts[1] }), ...unitOf(args[1], run) };
};

/** `unmeasured`: what `quantity` cannot read, with its unit, as a person would read it: `1-2 tablets`. */
export const unmeasured: Read = (args) => {
  const value = args[0]?.text() ?? '';
  if (value === '' || COMPARED.test(value)) return undefined;
  return [value, args[1]?.text(2) || args[1]?.text(1) || ''].filter((part) => part !== '').join(' ');
};

const MINUTES: Readonly<Record<string, number>> = { min: 1, h: 60, hr: 60, d: 1440, wk: 10080 };

/** `minutes`: a number and its unit of time as whole minutes, which is how FHIR counts an offset. */
export const minutes: Read = (args, run) => {
  const value = args[0]?.text() ?? '';
  if (value === '') return undefined;
  const count = Number(value) * (MINUTES[(args[1]?.text() ?? '').toLowerCase()] ?? Number.NaN);
  return Number.isInteger(count) && count >= 0 ? count : unreadable(args, run);
};

// Letters of TQ.3 (HL7 v2.5.1 4.3.3) -> UCUM; L counts months, M minutes. An unbound duration (INDEF, X3, T5) has none.
const SPANS: Readonly<Record<string, string>> = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk', L: 'mo' };

/** `duration`: a letter and a number, such as `D10` for ten days. */
export const duration: Read = (args, run) => {
  const value = args[0]?.text() ?? '';
  if (value === '') return undefined;
  const [, letter = '', count = ''] = /^([SMHDWL])(\d{1,9})$/.exec(value) ?? [];
  const unit = SPANS[letter];
  return unit === undefined ? unreadable(args, run) : { value: Number(count), unit, system: UCUM, code: unit };
};

/** `range`: NR, low and high. */
export const range: Read = (args, run) => {
  const place = args[0];
  const low = sideOf(place?.text(1) ?? '', {});
  const high = sideOf(place?.text(2) ?? '', {});
  if (low === undefined && high === undefined) return place?.whole() === '' ? undefined : unreadable(args, run);
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
};

const ONE_SIDED = /^([<>])=?\s*(\S+)$/;

/**
 * `reference-range(low)`, `reference-range(high)`: one end of OBX-7 with the unit of OBX-6. HL7 writes a range `3.5-5.0`,
 * one without a lower end `<15` and one without an upper end `>10` (v2.9 7.4.2.7). Any other text has no ends.
 */
export const referenceRange: Read = (args, run, argument) => {
  const ends = args[0] === undefined ? undefined : endsAt(args[0], run);
  const end = argument === 'low' ? ends?.low : ends?.high;
  return end === undefined ? undefined : measured(end, args[1], run);
};

/** The ends of a range, of which one row reads the lower and the next the upper. */
export interface RangeEnds {
  readonly place: Place;
  readonly low: Decimal | undefined;
  readonly high: Decimal | undefined;
}

function endsAt(place: Place, run: Run): RangeEnds {
  const known = run.range;
  if (known?.place === place) return known;
  const text = place.text();
  const read = text === '' ? { place, low: undefined, high: undefined } : endsOf(text, place);
  run.range = read;
  return read;
}

function endsOf(text: string, place: Place): RangeEnds {
  // The first number may have a sign of its own.
  const dash = text.indexOf('-', 1);
  if (dash > 0) {
    const low = decimalOf(text.slice(0, dash).trimEnd());
    const high = low === undefined ? undefined : decimalOf(text.slice(dash + 1).trimStart());
    if (high !== undefined) return { place, low, high };
  }
  const sided = ONE_SIDED.exec(text);
  const end = decimalOf(sided?.[2] ?? '');
  return { place, low: sided?.[1] === '>' ? end : undefined, high: sided?.[1] === '<' ? end : undefined };
}

/**
 * `ratio`: a number with its unit, in another number with its unit, or in one when none is stated. Both sides stand or
 * neither (invariant rat-1).
 */
export const ratio: Read = (args, run, argument) => {
  const numerator = quantity(args.slice(0, 2), run, argument);
  if (numerator === undefined) return undefined;
  if ((args[2]?.text() ?? '') === '') return { numerator, denominator: { value: 1 } };
  const denominator = quantity(args.slice(2), run, argument);
  return denominator === undefined ? undefined : { numerator, denominator };
};

const COMPARATORS: readonly string[] = ['<', '<=', '>=', '>'];

/** `sn-quantity`: comparator and number of an SN without a third part. */
export const snQuantity: Read = (args, run) => {
  const [comparator = '', value = ''] = [args[0]?.text(1), args[0]?.text(2)];
  const number = decimalOf(value);
  const plain = comparator === '' || comparator === '=';
  if (number === undefined || !(plain || COMPARATORS.includes(comparator))) return unreadable(args, run);
  return { value: number, ...(plain ? {} : { comparator }), ...unitOf(args[1], run) };
};

export const snRange: Read = (args, run) => {
  const unit = unitOf(args[1], run);
  const low = sideOf(args[0]?.text(2) ?? '', unit);
  const high = sideOf(args[0]?.text(4) ?? '', unit);
  if ((args[0]?.text(1) ?? '') !== '' || low === undefined || high === undefined) return undefined;
  return { low, high };
};

/** `sn-ratio`: `1:128`; a comparator belongs to the numerator. */
export const snRatio: Read = (args, run) => {
  const comparator = args[0]?.text(1) ?? '';
  const numerator = sideOf(args[0]?.text(2) ?? '', unitOf(args[1], run));
  const denominator = sideOf(args[0]?.text(4) ?? '', {});
  const plain = comparator === '' || comparator === '=';
  if (numerator === undefined || denominator === undefined) return undefined;
  if (!plain && !COMPARATORS.includes(comparator)) return undefined;
  return { numerator: plain ? numerator : { comparator, ...numerator }, denominator };
};

/** `sn-text`: whatever the four parts say, with the unit, as a person would read it. */
export const snText: Read = (args) => {
  const parts = [1, 2, 3, 4].map((component) => args[0]?.text(component) ?? '');
  const written = [...parts, args[1]?.text() ?? ''].filter((part) => part !== '').join(' ');
  return written === '' ? undefined : written;
};

function sideOf(text: string, unit: Fields): Fields | undefined {
  const value = decimalOf(text);
  return value === undefined ? undefined : { value, ...unit };
}

function measured(value: Decimal, place: Place | undefined, run: Run): Fields {
  const { words, code } = unitAt(place, run);
  if (words === '') return { value };
  return code === undefined ? { value, unit: words } : { value, unit: words, system: UCUM, code };
}

function unitOf(place: Place | undefined, run: Run): Fields {
  const { words, code } = unitAt(place, run);
  if (words === '') return {};
  return code === undefined ? { unit: words } : { unit: words, system: UCUM, code };
}

/** A unit from CWE: its text, which is always kept (`''` when there is none), and its code in UCUM. */
export interface Unit {
  readonly place: Place;
  readonly words: string;
  readonly code: string | undefined;
}

const NO_UNIT = { words: '', code: undefined };

/** A value and both ends of its range have one unit, which is read once. */
function unitAt(place: Place | undefined, run: Run): Pick<Unit, 'words' | 'code'> {
  if (place === undefined) return NO_UNIT;
  const known = run.unitOfValue;
  if (known?.place === place) return known;
  const words = place.text(2) || place.text(1);
  const read = { place, words, code: words === '' ? undefined : ucumOf(place, run) };
  run.unitOfValue = read;
  return read;
}

/** UCUM is claimed only for a valid or mapped unit (SEMANTICS 9). A feed's alias wins over the common ones. */
function ucumOf(place: Place, run: Run): string | undefined {
  const code = place.text(1);
  const { valid, aliases } = run.setting.units;
  const ucum = aliases.get(code) ?? (valid.has(code) ? code : undefined);
  if (ucum === undefined) run.issue('code-unmapped', place.path());
  return ucum;
}

function unreadable(args: readonly Place[], run: Run): undefined {
  run.issue('value-unreadable', args[0]?.path() ?? '');
  return undefined;
}
