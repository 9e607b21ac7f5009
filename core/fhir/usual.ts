/**
 * Forms in which nearly every text of a primitive type is written: what has such a form stands, and only what has not is
 * checked exactly. Each is narrower than its type (https://hl7.org/fhir/R4/datatypes.html#primitive).
 */

/** Visible ASCII, with blanks after the first character or without any. */
export const plainProse = /^[!-~][ -~]*$/;
const plainToken = /^[!-~]+$/;
/** A day of the last century or this, but for 29 February; alone, or with a time and a zone near enough to Greenwich. */
const day =
  '(?:19|20)\\d\\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';
const time = 'T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-]0\\d:[0-5]\\d)';

/** The usual form of a primitive type, by name. */
export const usualForms: ReadonlyMap<string, RegExp> = new Map([
  ['string', plainProse],
  ['markdown', plainProse],
  ['code', plainToken],
  ['uri', plainToken],
  ['url', plainToken],
  ['canonical', plainToken],
  ['date', new RegExp(`^${day}$`)],
  ['dateTime', new RegExp(`^${day}(?:${time})?$`)],
  ['instant', new RegExp(`^${day}${time}$`)],
]);
