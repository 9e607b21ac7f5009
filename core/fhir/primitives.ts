import { isDate, isDateTime, isInstant, isTime } from './calendar.ts';

/** The rule that a primitive value breaks, or undefined when it stands. */
export type PrimitiveCheck = (value: unknown) => string | undefined;

const codePattern = /^\S+(?:\s\S+)*$/;
const uriPattern = /^\S+$/;
const oidPattern = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/;
const uuidPattern = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;
const decimalPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Something to read, and nothing below U+0020 but tab, line feed and carriage return. */
const textPattern = /^[\t\n\r -\uffff]+$/;
const maxInteger = 2_147_483_647;

/** An id of a resource (https://hl7.org/fhir/R4/datatypes.html#id). */
export function isId(text: string): boolean {
  return idPattern.test(text);
}

/** A number, or the tagged form `{ $decimal: '98.00' }` that keeps a decimal's digits until it is written. */
export function isDecimal(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null || !('$decimal' in value)) return false;
  return typeof value.$decimal === 'string' && decimalPattern.test(value.$decimal);
}

/** A check of a text form; anything but text is of the wrong type. */
function text(rule: string, stands: (value: string) => boolean): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'string') return 'type-wrong';
    if (value.length === 0) return 'empty';
    return stands(value) ? undefined : rule;
  };
}

function integer(least: number): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'number') return 'type-wrong';
    return Number.isInteger(value) && value >= least && value <= maxInteger ? undefined : 'integer-invalid';
  };
}

/** Base64 of whole groups of four; white space may stand anywhere. A loop, since a content of megabytes is usual here. */
function isBase64(content: string): boolean {
  let digits = 0;
  let padding = 0;
  for (let at = 0; at < content.length; at += 1) {
    const kind = kindOf(content.charCodeAt(at));
    if (kind === 'other' || (kind === 'digit' && padding > 0)) return false;
    if (kind === 'digit') digits += 1;
    else if (kind === 'padding') padding += 1;
  }
  return digits > 0 && padding <= 2 && (digits + padding) % 4 === 0;
}

function kindOf(unit: number): 'digit' | 'padding' | 'space' | 'other' {
  if ((unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 47 && unit <= 57) || unit === 43)
    return 'digit';
  if (unit === 61) return 'padding';
  return unit === 32 || (unit >= 9 && unit <= 13) ? 'space' : 'other';
}

/** Whether there is something to read; most texts show it in their first character. */
function hasInk(value: string): boolean {
  const first = value.charCodeAt(0);
  return (first > 32 && first < 128) || /\S/.test(value);
}

/** Whether all is visible ASCII, `least` being 33, or blanks too, 32: nearly every text is, and then no pattern is asked. */
function isPlain(value: string, least: number): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit < least || unit > 126) return false;
  }
  return true;
}

function isProse(value: string): boolean {
  if (value.charCodeAt(0) > 32 && isPlain(value, 32)) return true;
  return textPattern.test(value) && hasInk(value) && value.isWellFormed();
}

const prose = text('string-invalid', isProse);
const uri = text('uri-invalid', (value) => isPlain(value, 33) || uriPattern.test(value));

/** The primitive types of R4 by name. */
export const primitiveChecks: ReadonlyMap<string, PrimitiveCheck> = new Map<string, PrimitiveCheck>([
  ['boolean', (value) => (typeof value === 'boolean' ? undefined : 'type-wrong')],
  ['integer', integer(-maxInteger - 1)],
  ['unsignedInt', integer(0)],
  ['positiveInt', integer(1)],
  ['decimal', (value) => (isDecimal(value) ? undefined : typeof value === 'object' ? 'decimal-invalid' : 'type-wrong')],
  ['string', prose],
  ['markdown', prose],
  ['xhtml', text('xhtml-invalid', (value) => value.startsWith('<div') && value.trimEnd().endsWith('>'))],
  ['code', text('code-invalid', (value) => isPlain(value, 33) || codePattern.test(value))],
  ['id', text('id-invalid', isId)],
  ['uri', uri],
  ['url', uri],
  ['canonical', uri],
  ['oid', text('oid-invalid', (value) => oidPattern.test(value))],
  ['uuid', text('uuid-invalid', (value) => uuidPattern.test(value))],
  ['base64Binary', text('base64-invalid', isBase64)],
  ['date', text('date-invalid', isDate)],
  ['dateTime', text('datetime-invalid', isDateTime)],
  ['instant', text('instant-invalid', isInstant)],
  ['time', text('time-invalid', isTime)],
]);
