import { type ClosedCodes, closedCodes, isPatterned, shortName } from './codes.ts';
import type { ElementDefinition, ElementType, Published, StructureDefinition } from './published.ts';

/** One FHIR type, or one backbone of a type (`Patient.contact`): what it inherits, then its own elements as text lines. */
export interface TypeTable {
  readonly base: string;
  readonly elements: readonly string[];
}

export interface Tables {
  readonly types: ReadonlyMap<string, TypeTable>;
  readonly codes: ReadonlyMap<string, ClosedCodes>;
  readonly resources: readonly string[];
}

/** Types whose elements are written once and inherited by name. */
const bases = ['Resource', 'DomainResource', 'Element', 'BackboneElement'];
/** Elements that the package adds to R4 for its own server (seen against the published tables); they are not FHIR. */
const additions = new Set([
  'Meta.project',
  'Meta.author',
  'Meta.onBehalfOf',
  'Meta.account',
  'Meta.accounts',
  'Meta.compartment',
  'Meta.deleted',
  'Binary.url',
]);
const maxValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const mediaTypes = 'http://www.rfc-editor.org/bcp/bcp13.txt';
const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';

/** Tables for these resources, every datatype they reach, and the closed code sets that their required bindings name. */
export function buildTables(published: Published, resources: readonly string[]): Tables {
  const types = new Map<string, TypeTable>();
  const codes = new Map<string, ClosedCodes>();
  const waiting = [...bases, ...resources];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (types.has(name)) continue;
    const structure = structureOf(published, name);
    for (const [path, table] of tablesOf(structure)) types.set(path, table);
    for (const element of structure.snapshot.element) {
      waiting.push(...(element.type ?? []).map(typeName).filter((type) => isComplex(published, type)));
      const set = requiredSet(element);
      if (set !== undefined && !isPatterned(shortName(set))) codes.set(shortName(set), closedCodes(published, set));
    }
  }
  const concrete = [...published.structures.values()].filter((one) => one.kind === 'resource' && !one.abstract);
  return { types, codes, resources: concrete.map((one) => one.id) };
}

function structureOf(published: Published, name: string): StructureDefinition {
  const structure = published.structures.get(name);
  if (structure === undefined) throw new Error(`No StructureDefinition for ${name}`);
  if (structure.fhirVersion !== '4.0.1') throw new Error(`${name} is of FHIR version ${structure.fhirVersion}`);
  return structure;
}

function isComplex(published: Published, type: string): boolean {
  return published.structures.get(type)?.kind === 'complex-type' || bases.includes(type);
}

/** A structure's own table and one for each of its backbones; a backbone is an element that has elements below it. */
function tablesOf(structure: StructureDefinition): ReadonlyMap<string, TypeTable> {
  const [root, ...elements] = structure.snapshot.element;
  if (root === undefined) throw new Error(`${structure.id} has no snapshot`);
  const rename = (path: string): string => path.replace(root.path, structure.id);
  const parents = new Set(elements.map((element) => parentOf(rename(element.path))));
  const tables = new Map<string, { base: string; elements: string[] }>([[structure.id, { base: '', elements: [] }]]);
  for (const element of elements) {
    const path = rename(element.path);
    if (parents.has(path)) tables.set(path, { base: '', elements: [] });
    const table = tables.get(parentOf(path));
    if (table === undefined) throw new Error(`${path} has no parent`);
    const base = inheritedFrom(element, structure.id);
    if (base !== undefined) table.base = widest(table.base, base);
    else if (element.max !== '0' && !additions.has(path))
      table.elements.push(line(element, path, parents.has(path), rename));
  }
  return tables;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.'));
}

/** `DomainResource` for an element that a base type brings, so that the base's table is written once. */
function inheritedFrom(element: ElementDefinition, structure: string): string | undefined {
  const owner = element.base?.path.split('.')[0] ?? '';
  return bases.includes(owner) && owner !== structure ? owner : undefined;
}

/** A backbone inherits from Element and BackboneElement; the later one in the chain includes the earlier. */
function widest(one: string, other: string): string {
  return bases.indexOf(one) > bases.indexOf(other) ? one : other;
}

/** `status 1..1 code =observation-status`; reference targets stand in brackets behind their type, a limit behind `<`. */
function line(element: ElementDefinition, path: string, backbone: boolean, rename: (path: string) => string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const set = requiredSet(element);
  const limit = widestSet(element);
  return [
    name,
    `${element.min}..${element.max}`,
    typesOf(element, path, backbone, rename),
    ...(set === undefined ? [] : [`=${shortName(set)}`]),
    ...(limit === undefined ? [] : [`<${limit}`]),
  ].join(' ');
}

function typesOf(
  element: ElementDefinition,
  path: string,
  backbone: boolean,
  rename: (path: string) => string,
): string {
  if (backbone) return path;
  if (element.contentReference !== undefined) return rename(element.contentReference.slice(1));
  const types = element.type ?? [];
  if (types.length === 0) throw new Error(`${path} has no type`);
  return types.map((type) => withTargets(type, path)).join('|');
}

function withTargets(type: ElementType, path: string): string {
  const targets = (type.targetProfile ?? []).map((profile) => profile.slice(profile.lastIndexOf('/') + 1));
  const bounded = type.code === 'Reference' && targets.length > 0 && !targets.includes('Resource');
  if (path === 'Resource.id') return 'id';
  return bounded ? `Reference(${targets.join(',')})` : typeName(type);
}

/** The name of a type; a profiled Quantity (`SimpleQuantity`) bears its profile's, an element's `System.String` its FHIR type. */
function typeName(type: ElementType): string {
  const profile = type.profile?.[0];
  if (type.code === 'Quantity' && profile !== undefined) return profile.slice(profile.lastIndexOf('/') + 1);
  if (type.code === 'OperationOutcome') return 'Resource'; // the package narrows Bundle.entry.response.outcome; R4 says Resource
  if (!type.code.startsWith('http://hl7.org/fhirpath/')) return type.code;
  const stated = type.extension?.find((one) => one.url === fhirType)?.valueUrl;
  if (stated === undefined) throw new Error(`A ${type.code} states no FHIR type`);
  return stated;
}

function requiredSet(element: ElementDefinition): string | undefined {
  return element.binding?.strength === 'required' ? element.binding.valueSet : undefined;
}

/**
 * The set beyond which a preferred or extensible binding must not go (R4 extension-elementdefinition-maxvalueset.html), by
 * the name of its form.
 */
function widestSet(element: ElementDefinition): string | undefined {
  if (element.binding?.strength === 'required') return undefined;
  const limit = element.binding?.extension?.find((one) => one.url === maxValueSet)?.valueCanonical;
  if (limit === undefined) return undefined;
  const name = limit === mediaTypes ? 'mimetypes' : shortName(limit);
  if (!isPatterned(name)) throw new Error(`No form is known for ${limit}`);
  return name;
}
