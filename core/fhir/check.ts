import { always, type CompiledType, compileType, type MarkedInvariant, type Property, strange } from './compile.ts';
import { checkContained } from './contained.ts';
import { type Fields, objectOf } from './fields.ts';
import { type CheckIssue, Findings } from './findings.ts';
import { producedTypes } from './generated/definitions.ts';
import { checkTargets, isUsualReference } from './targets.ts';
import { hasForm } from './usual.ts';

const checkable: ReadonlySet<string> = new Set(producedTypes.split(' '));
const compiled = new Map<string, CompiledType>();

/**
 * How many steps of a path there may be around an element. R4's own types nest a few levels; only hostile extensions or
 * bundles in bundles go past this.
 */
const maxDepth = 64;

/**
 * Checks one resource against the structure of FHIR R4 4.0.1: elements, cardinality, types, forms, closed code sets,
 * reference targets and the cheap invariants. No issue means it stands; profiles in `meta.profile` and extensible
 * bindings are left to the data store. Undefined properties count as absent. It never throws on bad data.
 */
export function checkResource(resource: unknown): readonly CheckIssue[] {
  const at = new Findings();
  checkAnyResource(resource, false, 1, at);
  if (at.issues.length > 0) at.place(0, rootOf(resource));
  return at.issues;
}

/** Whether resources of this type can be checked. */
export function isCheckable(type: string): boolean {
  return checkable.has(type);
}

function rootOf(resource: unknown): string {
  const type = objectOf(resource)?.['resourceType'];
  return typeof type === 'string' && checkable.has(type) ? type : 'Resource';
}

/** A resource inside another, or the outermost: its own `resourceType` names the check. */
function checkAnyResource(value: unknown, isContained: boolean, depth: number, at: Findings): void {
  const fields = objectOf(value);
  if (fields === undefined) {
    at.report('type-wrong');
    return;
  }
  const type = fields['resourceType'];
  if (typeof type !== 'string') at.report('type-missing');
  else if (!checkable.has(type)) at.report('type-unknown');
  else if (isContained) checkObject(fields, compiledOf(type), depth, at);
  else checkWithContained(fields, compiledOf(type), depth, at);
}

/** A resource and those it contains share one room for references that start with `#`. */
function checkWithContained(fields: Fields, type: CompiledType, depth: number, at: Findings): void {
  const outer = at.openRoom();
  checkObject(fields, type, depth, at);
  const used = at.closeRoom(outer);
  if (used !== undefined || fields['contained'] !== undefined) checkContained(fields, used ?? new Set(), at);
}

function compiledOf(name: string): CompiledType {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const type = compileType(name, checkable.has(name));
  if (type === undefined) throw new Error(`No table for FHIR type ${name}`);
  compiled.set(name, type);
  return type;
}

function checkObject(fields: Fields, type: CompiledType, depth: number, at: Findings): void {
  let required = 0;
  let choices = 0;
  let marks = always;
  let last = type.start;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    const property = last.next.name === name ? last.next : propertyAfter(last, name, type);
    if (property === undefined) {
      at.reportNamed('element-unknown', name);
      marks |= strange;
      continue;
    }
    if ((property.choice & choices) !== 0) checkChoice(property, type, fields, at);
    required |= property.required;
    choices |= property.choice;
    marks |= property.mark;
    checkProperty(property, value, fields, depth, at);
    last = property;
  }
  if (last === type.start && marks === always) at.report('empty');
  else if (required !== type.required) reportMissing(type, required, at);
  if ((marks & type.asking) !== 0) checkInvariants(type.invariants, marks, fields, at);
}

function propertyAfter(last: Property, name: string, type: CompiledType): Property | undefined {
  const property = type.properties.get(name);
  if (property !== undefined) last.next = property;
  return property;
}

/** Asks the invariants that the object's properties give reason to; where R4 does not know one of them, all. */
function checkInvariants(invariants: readonly MarkedInvariant[], marks: number, fields: Fields, at: Findings): void {
  for (const { key, holds, where, spared } of invariants) {
    const asked = (marks & where) !== 0 && (marks & spared) === 0;
    if ((asked || (marks & strange) !== 0) && !holds(fields)) at.report(key);
  }
}

function reportMissing(type: CompiledType, seen: number, at: Findings): void {
  type.requiredNames.forEach((name, index) => {
    if ((seen & (2 ** index)) === 0) at.reportNamed('element-missing', name);
  });
}

/** A choice may be taken once; a primitive and its `_` partner are one taking. */
function checkChoice(property: Property, type: CompiledType, fields: Fields, at: Findings): void {
  const bare = (one: Property): string => (one.shadow ? one.name.slice(1) : one.name);
  const taken = [...type.properties.values()].filter(
    (one) => one.choice === property.choice && fields[one.name] !== undefined,
  );
  if (taken.some((one) => bare(one) !== bare(property))) at.report('choice-repeated', `.${property.name}`);
}

function checkProperty(property: Property, value: unknown, fields: Fields, depth: number, at: Findings): void {
  if (property.many) {
    if (Array.isArray(value)) checkItems(property, value, fields, depth, at);
    else at.report('array-expected', `.${property.name}`);
  } else if (property.primitive !== undefined) {
    if (!isUsual(property, value)) checkPrimitive(property, value, at);
  } else checkSingle(property, value, depth, at);
}

function checkPrimitive(property: Property, value: unknown, at: Findings): void {
  const rule = notSingle(value) ?? property.primitive?.(value);
  if (rule !== undefined) at.report(rule, `.${property.name}`);
}

function notSingle(value: unknown): string | undefined {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'single-expected' : undefined;
}

function checkSingle(property: Property, value: unknown, depth: number, at: Findings): void {
  const rule = notSingle(value) ?? (depth < maxDepth ? undefined : 'too-deep');
  if (rule !== undefined) {
    at.report(rule, `.${property.name}`);
    return;
  }
  const before = at.issues.length;
  checkComplex(property, value, depth + 1, at);
  if (at.issues.length !== before) at.place(before, `.${property.name}`);
}

function checkItems(property: Property, items: readonly unknown[], fields: Fields, depth: number, at: Findings): void {
  if (items.length === 0) at.report('empty', `.${property.name}`);
  else if (property.primitive !== undefined) checkPrimitiveItems(property, items, fields, at);
  else if (depth < maxDepth) checkComplexItems(property, items, fields, depth + 2, at);
  else at.report('too-deep', `.${property.name}`);
}

/** Whether a value is what most are in its place; the exact check is slower. */
function isUsual(property: Property, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const { usual, known } = property;
  return usual !== undefined ? hasForm(value, usual) : known?.has(value) === true;
}

function checkPrimitiveItems(property: Property, items: readonly unknown[], fields: Fields, at: Findings): void {
  for (let index = 0; index < items.length; index += 1) {
    const value = items[index];
    if (isUsual(property, value)) continue;
    const rule = value === null ? nullRule(`_${property.name}`, index, fields) : property.primitive?.(value);
    if (rule !== undefined) at.report(rule, `.${property.name}[${index}]`);
  }
}

function checkComplexItems(
  property: Property,
  items: readonly unknown[],
  fields: Fields,
  depth: number,
  at: Findings,
): void {
  for (let index = 0; index < items.length; index += 1) {
    const before = at.issues.length;
    if (items[index] !== null) checkComplex(property, items[index], depth, at);
    else if (!property.shadow || nullRule(property.name.slice(1), index, fields) !== undefined) at.report('null');
    if (at.issues.length !== before) at.place(before, `.${property.name}[${index}]`);
  }
}

/** In a list of primitives a null keeps the place of an item that the partner list holds (R4 json.html#primitive). */
function nullRule(partner: string, index: number, fields: Fields): string | undefined {
  const items = fields[partner];
  const item: unknown = Array.isArray(items) ? items[index] : undefined;
  return item === undefined || item === null ? 'null' : undefined;
}

function checkComplex(property: Property, value: unknown, depth: number, at: Findings): void {
  const { targets, bound } = property;
  if (targets !== undefined && isUsualReference(value, targets)) return;
  if (property.type === 'Resource') {
    checkAnyResource(value, property.name === 'contained', depth, at);
    return;
  }
  const fields = objectOf(value);
  if (fields === undefined) {
    at.report(Array.isArray(value) ? 'single-expected' : 'type-wrong');
    return;
  }
  property.compiled ??= compiledOf(property.type);
  checkObject(fields, property.compiled, depth, at);
  if (targets !== undefined) checkTargets(fields, targets.types, at);
  if (bound !== undefined) bound(fields, at);
}
