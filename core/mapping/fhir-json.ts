/**
 * A decimal whose digits a JavaScript number would not keep: `{ $decimal: '98.00' }`. It survives JSON as a staged line
 * does, and `stringifyFhir` writes it as the bare number `98.00`.
 */
export interface TaggedDecimal {
  readonly $decimal: string;
}

const DECIMAL = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)$/;

/** A decimal with its digits kept: a number when that loses nothing, else tagged; undefined when the text is none. */
export function decimalOf(text: string): number | TaggedDecimal | undefined {
  const plain = plainDecimal(text);
  if (plain !== undefined) return plain;
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const digits = plainDigits(parts[1] === '-' ? '-' : '', parts[2] ?? '');
  const number = Number(digits);
  return String(number) === digits ? number : { $decimal: digits };
}

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

// A double keeps any 15 digits, and powers of ten up to 10^22; what is smaller than 10^-6 is written with an exponent.
const KEPT_DIGITS = 15;
const KEPT_BEHIND_ZERO = 6;
const POWERS = Array.from({ length: KEPT_DIGITS + 1 }, (_, power) => 10 ** power);

/** Most decimals are written as JSON writes them, and are short; undefined when this one is not. */
function plainDecimal(text: string): number | TaggedDecimal | undefined {
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative ? 1 : 0;
  const { length } = text;
  if (length - start > KEPT_DIGITS + 1) return undefined;
  let digits = 0;
  let point = length;
  for (let at = start; at < length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (digit === POINT - ZERO && point === length) point = at;
    else return undefined;
  }
  return placed(text, start, point, negative ? -digits : digits);
}

/** `digits` are those of the text without its point. */
function placed(text: string, start: number, point: number, digits: number): number | TaggedDecimal | undefined {
  const whole = point - start;
  const behind = Math.max(text.length - point - 1, 0);
  const isZero = text.charCodeAt(start) === ZERO;
  if (whole === 0 || (isZero && whole > 1) || point === text.length - 1) return undefined;
  // A double has no zero behind the last digit.
  if (behind > 0 && text.charCodeAt(text.length - 1) === ZERO) return { $decimal: text };
  if (whole + behind > KEPT_DIGITS || (isZero && (behind > KEPT_BEHIND_ZERO || Object.is(digits, -0))))
    return undefined;
  // Both are exact, so that their quotient is the double nearest to the text (Clinger, "How to read floating point numbers").
  return digits / (POWERS[behind] as number);
}

// JSON knows no plus sign, no leading zeros, no bare point (RFC 8259 section 6).
function plainDigits(sign: string, text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  const integer = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign}${integer}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The number that a decimal stands for. */
export function numberOf(decimal: number | TaggedDecimal): number {
  return typeof decimal === 'number' ? decimal : Number(decimal.$decimal);
}

// Inside a JSON string every quote is escaped, so this form can only be a tagged decimal of ours.
const TAGGED = /\{"\$decimal":"([+-]?[0-9.]+)"\}/g;

/** JSON in which tagged decimals are bare numbers with their digits. */
export function stringifyFhir(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('{"$decimal":"') ? text.replace(TAGGED, '$1') : text;
}
