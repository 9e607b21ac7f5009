/**
 * R4 wants a code where an element of type `code` is present and its value set is required; one that bears extensions
 * alone does not stand (R4 4.1.5, and HAPI's validator refuses it). A sender's code without a place in the value set
 * therefore moves from beside the element to the object that holds it:
 * `extension(urn:tributary:unmapped-code)`, with the parts `element` (its name, or that of the extension whose value it was)
 * and `code` (a concept without a system).
 *
 * Statements stay as they are: another message, or a default, may still give the element a code, and then both are kept.
 */
const UNMAPPED_CODE = 'urn:tributary:unmapped-code';

const ALTERNATE = 'http://hl7.org/fhir/StructureDefinition/alternate-codes';

const UNDERSCORE = 95;

type Fields = Readonly<Record<string, unknown>>;

interface Extension {
  readonly url?: unknown;
  readonly valueCodeableConcept?: unknown;
}

/** The value with every lone alternate code lifted; the same object when there is none. Nothing given is changed. */
export function liftUnmappedCodes(value: unknown): unknown {
  if (Array.isArray(value)) return liftInList(value);
  return isFields(value) ? liftInFields(value) : value;
}

function liftInList(list: readonly unknown[]): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let at = 0; at < list.length; at += 1) {
    const lifted = liftUnmappedCodes(list[at]);
    if (lifted === list[at]) continue;
    changed ??= [...list];
    changed[at] = lifted;
  }
  return changed ?? list;
}

function liftInFields(fields: Fields): Fields {
  let changed: Record<string, unknown> | undefined;
  for (const name in fields) {
    const held = fields[name];
    if (typeof held !== 'object') continue;
    if (name.charCodeAt(0) === UNDERSCORE) {
      if (!isLone(fields, name)) continue;
      if (name === '_valueCode') return ofExtension(fields);
      changed = liftFrom({ ...(changed ?? fields) }, name);
      continue;
    }
    const lifted = liftUnmappedCodes(held);
    if (lifted === held) continue;
    changed ??= { ...fields };
    changed[name] = lifted;
  }
  return changed ?? fields;
}

// In a list the code stands for a repetition of its own, so it is never beside a value that it would belong to.
function isLone(fields: Fields, name: string): boolean {
  const beside = fields[name];
  if (Array.isArray(beside)) return beside.some((companion) => alternates(companion).length > 0);
  // A concept has no sibling: what stands beside one moves as well.
  const element = fields[name.slice(1)];
  return (element === undefined || typeof element === 'object') && alternates(beside).length > 0;
}

function alternates(companion: unknown): readonly Extension[] {
  const extensions = isFields(companion) ? companion['extension'] : undefined;
  return Array.isArray(extensions) ? extensions.filter((extension: Extension) => extension.url === ALTERNATE) : [];
}

function liftFrom(fields: Record<string, unknown>, name: string): Record<string, unknown> {
  const beside = fields[name];
  const companions: readonly unknown[] = Array.isArray(beside) ? beside : [beside];
  const parts = companions
    .flatMap((companion) => alternates(companion))
    .map(({ valueCodeableConcept }) => partOf(name.slice(1), valueCodeableConcept));
  const known: readonly unknown[] = Array.isArray(fields['extension']) ? fields['extension'] : [];
  fields['extension'] = [...known, ...parts];
  const others = companions.map((companion) => (alternates(companion).length > 0 ? null : companion));
  if (others.every((companion) => companion === null)) delete fields[name];
  else fields[name] = others;
  return fields;
}

// An extension without its value does not stand either (R4 ext-1): the code takes the extension's place.
function ofExtension(fields: Fields): Fields {
  const url = String(fields['url']);
  return partOf(url.slice(url.lastIndexOf('/') + 1), alternates(fields['_valueCode'])[0]?.valueCodeableConcept);
}

/** The extension that keeps a code which its element must not hold: the element's name, and the code as a concept. */
export function partOf(element: string, code: unknown): Fields {
  return {
    url: UNMAPPED_CODE,
    extension: [
      { url: 'element', valueCode: element },
      { url: 'code', valueCodeableConcept: code },
    ],
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
