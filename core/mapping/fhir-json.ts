/**
 * A decimal whose digits a JavaScript number would not keep: `{ $decimal: '98.00' }`. It survives JSON as a staged line
 * does, and `stringifyFhir` writes it as the bare number `98.00`.
 */
export interface TaggedDecimal {
  readonly $decimal: string;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const DECIMAL = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)$/;

/** A decimal with its digits kept: a number when that loses nothing, else tagged; undefined when the text is none. */
export function decimalOf(text: string): number | TaggedDecimal | undefined {
  // Most numbers are written as JavaScript would write them.
  const plain = Number(text);
  if (String(plain) === text && Number.isFinite(plain)) return PLAIN.test(text) ? plain : undefined;
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const digits = plainDigits(parts[1] === '-' ? '-' : '', parts[2] ?? '');
  const number = Number(digits);
  return String(number) === digits ? number : { $decimal: digits };
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
