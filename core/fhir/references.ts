import { resourceTypes } from './generated/definitions.ts';
import { isId } from './primitives.ts';

const knownTypes: ReadonlySet<string> = new Set(resourceTypes.split(' '));

/** What `Reference.reference` says (https://hl7.org/fhir/R4/references.html#literal). */
export type ReferenceForm =
  | { readonly form: 'literal'; readonly type: string }
  | { readonly form: 'elsewhere' | 'invalid' };

const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const address = /\/([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const elsewhere: ReferenceForm = { form: 'elsewhere' };
const invalid: ReferenceForm = { form: 'invalid' };
const scheme = /^[a-z][a-z0-9+.-]*:\S+$/i;

/**
 * Reads the text of a reference. `literal` names its type: `Patient/1`, the same behind a server's base, with a version, or
 * conditional (`Patient?identifier=...`). `elsewhere` is contained, a URN, or a URL that is no REST address.
 */
export function readReference(text: string): ReferenceForm {
  const usual = text.slice(0, Math.max(text.indexOf('/'), 0));
  if (knownTypes.has(usual) && relative.test(text)) return { form: 'literal', type: usual };
  if (text.startsWith('#')) return text.length > 1 && !isId(text.slice(1)) ? invalid : elsewhere;
  if (text.startsWith('urn:')) return /\s/.test(text) ? invalid : elsewhere;
  const condition = text.indexOf('?');
  const searched = condition < 0 ? '' : text.slice(text.lastIndexOf('/', condition) + 1, condition);
  if (knownTypes.has(searched)) return /\s/.test(text) ? invalid : { form: 'literal', type: searched };
  return scheme.test(text) ? readAddress(text) : invalid;
}

/** An absolute URL: a REST address ends in `Type/id`, with or without a version. */
function readAddress(text: string): ReferenceForm {
  const type = address.exec(text)?.[1];
  return type !== undefined && knownTypes.has(type) ? { form: 'literal', type } : elsewhere;
}

/**
 * The literal, relative references of a resource, `Type/id` without a version, each once and in the order met: the
 * resources that it expects beside it.
 */
export function referencesOf(resource: unknown): readonly string[] {
  const found = new Set<string>();
  collect(resource, found);
  return [...found];
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    if (typeof child === 'object') collect(child, found);
    else if (name === 'reference' && typeof child === 'string') {
      const match = relative.exec(child);
      if (match?.[1] !== undefined && knownTypes.has(match[1])) found.add(`${match[1]}/${match[2]}`);
    }
  }
}
