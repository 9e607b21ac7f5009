/**
 * Forms in which nearly every text of a primitive type is written: what has such a form stands, and only what has not is
 * checked exactly. Each is narrower than its type (https://hl7.org/fhir/R4/datatypes.html#primitive).
 */
export type UsualForm = 'prose' | 'token' | 'id' | 'date' | 'dateTime' | 'instant';

/** The usual form of a primitive type, by name. */
export const usualForms: ReadonlyMap<string, UsualForm> = new Map<string, UsualForm>([
  ['string', 'prose'],
  ['markdown', 'prose'],
  ['code', 'token'],
  ['uri', 'token'],
  ['url', 'token'],
  ['canonical', 'token'],
  ['id', 'id'],
  ['date', 'date'],
  ['dateTime', 'dateTime'],
  ['instant', 'instant'],
]);

/** Visible ASCII, with blanks after the first character or without any. */
const prose = /^[!-~][ -~]*$/;
const token = /^[!-~]+$/;
/** V8 looks a `\w` up in a table: letters and digits in no order, as ids have, cost no wrong guess of a branch. */
const word = /^[\w.-]+$/;
const longestId = 64;
/** A day of the last century or this, but for 29 February; alone, or with a time and a zone near enough to Greenwich. */
const day =
  '(?:19|20)\\d\\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';
const time = 'T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-]0\\d:[0-5]\\d)';
const date = new RegExp(`^${day}$`);
const dateTime = new RegExp(`^${day}(?:${time})?$`);
const instant = new RegExp(`^${day}${time}$`);

/** Texts of so many characters are read one by one: a pattern takes longer to begin than that. */
const short = 8;

/** Whether a text has this form. */
export function hasForm(text: string, form: UsualForm): boolean {
  switch (form) {
    case 'prose':
      return isPlainProse(text);
    case 'token':
      return text.length > short ? token.test(text) : text.length > 0 && isAscii(text, 33);
    case 'id':
      return text.length <= longestId && isPlainId(text);
    case 'date':
      return date.test(text);
    case 'dateTime':
      return dateTime.test(text);
    case 'instant':
      return instant.test(text);
  }
}

/** Whether there is something to read, in ASCII. */
export function isPlainProse(text: string): boolean {
  if (text.length > short) return prose.test(text);
  return text.length > 0 && text.charCodeAt(0) > 32 && isAscii(text, 32);
}

/** Whether an id is made of the characters of R4's ids; not how long it is. */
export function isPlainId(text: string): boolean {
  return word.test(text) && !text.includes('_');
}

function isAscii(text: string, least: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < least || unit > 126) return false;
  }
  return true;
}
