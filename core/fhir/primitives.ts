import { isDate, isDateTime, isInstant, isTime } from './calendar.ts';

/** The rule that a primitive value breaks, or undefined when it stands. */
export type PrimitiveCheck = (value: unknown) => string | undefined;

const codePattern = /^\S+(?:\s\S+)*$/;
const uriPattern = /^\S+$/;
const oidPattern = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/;
const uuidPattern = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const idPattern = /^[A-Za-z0-9\-.]+$/;
const longestId = 64;
const decimalPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Something to read, and nothing below U+0020 but tab, line feed and carriage return. */
const textPattern = /^[\t\n\r -\uffff]+$/;
const maxInteger = 2_147_483_647;

/** An id of a resource (https://hl7.org/fhir/R4/datatypes.html#id). */
export function isId(text: string): boolean {
  return text.length <= longestId && idPattern.test(text);
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

/** Base64 without white space, whole groups of four or not: nearly all there is. */
const base64Pattern = /^[A-Za-z0-9+/]+={0,2}$/;

/** Base64 of whole groups of four; white space may stand anywhere. */
function isBase64(content: string): boolean {
  if (base64Pattern.test(content)) return content.length % 4 === 0;
  const bare = content.replace(/[\t-\r ]+/g, '');
  return bare.length % 4 === 0 && base64Pattern.test(bare);
}

/** Whether there is something to read; most texts show it in their first character. */
function hasInk(value: string): boolean {
  const first = value.charCodeAt(0);
  return (first > 32 && first < 128) || /\S/.test(value);
}

const prose = text('string-invalid', (value) => textPattern.test(value) && hasInk(value) && value.isWellFormed());
const uri = text('uri-invalid', (value) => uriPattern.test(value));

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
  ['code', text('code-invalid', (value) => codePattern.test(value))],
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
