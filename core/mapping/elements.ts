/** Paths of the values in a fragment, in its order: `name[0].family`, `extension[1].valueString`. Lists count from 0, as FHIR's do. */
export function elementsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => elementsOf(item, `${path}[${at}]`));
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([name, held]) => elementsOf(held, path === '' ? name : `${path}.${name}`));
}
