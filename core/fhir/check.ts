import { type CompiledType, type ComplexCheck, compileType, type Property } from './compile.ts';
import { checkContained } from './contained.ts';
import { type Fields, objectOf } from './fields.ts';
import { type CheckIssue, Findings } from './findings.ts';
import { producedTypes } from './generated/definitions.ts';
import { type Invariant, invariants } from './invariants.ts';

const checkable: ReadonlySet<string> = new Set(producedTypes.split(' '));
const compiled = new Map<string, ComplexCheck>();

/**
 * Checks one resource against the structure of FHIR R4 4.0.1: elements, cardinality, types, forms, closed code sets,
 * reference targets and the cheap invariants. No issue means it stands; profiles in `meta.profile` and extensible
 * bindings are left to the data store. Undefined properties count as absent. It never throws on bad data.
 */
export function checkResource(resource: unknown): readonly CheckIssue[] {
  const type = objectOf(resource)?.['resourceType'];
  const known = typeof type === 'string' && checkable.has(type);
  const at = new Findings(known ? type : 'Resource');
  checkAnyResource(resource, at);
  return at.issues;
}

/** Whether resources of this type can be checked. */
export function isCheckable(type: string): boolean {
  return checkable.has(type);
}

/** A resource inside another, or the outermost: its own `resourceType` names the check. */
function checkAnyResource(value: unknown, at: Findings): void {
  const fields = objectOf(value);
  const type = fields?.['resourceType'];
  if (fields === undefined) at.report('type-wrong');
  else if (typeof type !== 'string') at.report('type-missing');
  else if (!checkable.has(type)) at.report('type-unknown');
  else if (at.isContained()) checkOf(type)(value, at);
  else checkWithContained(fields, checkOf(type), at);
}

/** A resource and those it contains share one room for references that start with `#`. */
function checkWithContained(fields: Fields, check: ComplexCheck, at: Findings): void {
  const outer = at.openRoom();
  check(fields, at);
  const used = at.closeRoom(outer);
  if (used.size > 0 || fields['contained'] !== undefined) checkContained(fields, used, at);
}

function checkOf(type: string): ComplexCheck {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const check = type === 'Resource' ? checkAnyResource : objectCheck(type);
  compiled.set(type, check);
  return check;
}

function objectCheck(name: string): ComplexCheck {
  const type = compileType(name, checkOf);
  if (type === undefined) throw new Error(`No table for FHIR type ${name}`);
  const held = invariants.get(name) ?? [];
  const isResource = checkable.has(name);
  return (value, at) => {
    const fields = objectOf(value);
    if (fields === undefined) {
      at.report(Array.isArray(value) ? 'single-expected' : 'type-wrong');
      return;
    }
    checkProperties(fields, type, at, isResource);
    for (const invariant of held) checkInvariant(invariant, fields, at);
  };
}

function checkInvariant(invariant: Invariant, fields: Fields, at: Findings): void {
  if (!invariant.holds(fields)) at.report(invariant.key);
}

function checkProperties(fields: Fields, type: CompiledType, at: Findings, isResource: boolean): void {
  let required = 0;
  let choices = 0;
  let count = 0;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    count += 1;
    if (isResource && name === 'resourceType') continue;
    const property = type.properties.get(name);
    if (property === undefined) {
      at.report('element-unknown', name);
      continue;
    }
    if ((property.choice & choices) !== 0) checkChoice(property, type, fields, at);
    required |= property.required;
    choices |= property.choice;
    checkProperty(property, value, fields, at);
  }
  if (count === 0) at.report('empty');
  else if (required !== type.required) reportMissing(type, required, at);
}

function reportMissing(type: CompiledType, seen: number, at: Findings): void {
  type.requiredNames.forEach((name, index) => {
    if ((seen & (2 ** index)) === 0) at.report('element-missing', name);
  });
}

/** A choice may be taken once; a primitive and its `_` partner are one taking. */
function checkChoice(property: Property, type: CompiledType, fields: Fields, at: Findings): void {
  const bare = (one: Property): string => (one.shadow ? one.name.slice(1) : one.name);
  const taken = [...type.properties.values()].filter(
    (one) => one.choice === property.choice && fields[one.name] !== undefined,
  );
  if (taken.some((one) => bare(one) !== bare(property))) at.report('choice-repeated', property.name);
}

function checkProperty(property: Property, value: unknown, fields: Fields, at: Findings): void {
  if (Array.isArray(value)) {
    if (!property.many) at.report('single-expected', property.name);
    else if (value.length === 0) at.report('empty', property.name);
    else if (property.primitive === undefined) checkComplexItems(property, value, fields, at);
    else checkPrimitiveItems(property, value, fields, at);
  } else if (property.many) {
    at.report('array-expected', property.name);
  } else if (value === null) {
    at.report('null', property.name);
  } else if (property.primitive !== undefined) {
    const rule = property.primitive(value);
    if (rule !== undefined) at.report(rule, property.name);
  } else if (property.complex !== undefined && at.enter(property.name)) {
    property.complex(value, at);
    at.leave();
  }
}

function checkPrimitiveItems(property: Property, items: readonly unknown[], fields: Fields, at: Findings): void {
  for (let index = 0; index < items.length; index += 1) {
    const value = items[index];
    const rule = value === null ? nullRule(`_${property.name}`, index, fields) : property.primitive?.(value);
    if (rule !== undefined) at.report(rule, property.name, index);
  }
}

function checkComplexItems(property: Property, items: readonly unknown[], fields: Fields, at: Findings): void {
  if (!at.enter(property.name)) return;
  for (let index = 0; index < items.length; index += 1) {
    at.enterItem(index);
    if (items[index] !== null) property.complex?.(items[index], at);
    else if (!property.shadow || nullRule(property.name.slice(1), index, fields) !== undefined) at.report('null');
    at.leave();
  }
  at.leave();
}

/** In a list of primitives a null keeps the place of an item that the partner list holds (R4 json.html#primitive). */
function nullRule(partner: string, index: number, fields: Fields): string | undefined {
  const items = fields[partner];
  const item: unknown = Array.isArray(items) ? items[index] : undefined;
  return item === undefined || item === null ? 'null' : undefined;
}
