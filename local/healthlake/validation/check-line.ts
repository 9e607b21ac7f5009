import { OperationOutcomeError, validateResource } from '@medplum/core';
import type { OperationOutcomeIssue, Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { Refusal } from '../operation-outcome.ts';
import { findProfile, typeSchema } from './definitions.ts';
import { checkElements } from './element-rules.ts';

type Json = Record<string, unknown>;

/** `strict` checks the profiles that a resource names as well; `structure-only` base R4 alone. */
export type ValidationLevel = 'strict' | 'structure-only';

/** One input line after the checks; without refusals the resource may be stored. */
export interface CheckedLine {
  readonly resource?: Json;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly refusals: readonly Refusal[];
}

const BASE = 'http://hl7.org/fhir/StructureDefinition/';
/** HealthLake keeps neither of them (developer guide, "FHIR R4 supported resource types"). */
const NOT_STORED = new Set(['OperationOutcome', 'Parameters']);

/**
 * Checks a line of an import file: JSON, type, id, then R4 and profiles. Diagnostics are worded as HealthLake's
 * developer guide shows them, which for two of them repeats the offending value.
 */
export function checkLine(line: string, level: ValidationLevel): CheckedLine {
  const resource = parse(line);
  if (!resource) return { refusals: [{ diagnostics: 'Invalid JSON found in input file' }] };
  const { resourceType, id } = resource;
  const names = {
    ...(typeof resourceType === 'string' ? { resourceType } : {}),
    ...(typeof id === 'string' ? { resourceId: id } : {}),
  };
  const refusals = nameRefusals(resourceType, id);
  if (refusals.length > 0) return { ...names, refusals };
  return { resource, ...names, refusals: contentRefusals(resource, level) };
}

function parse(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function nameRefusals(resourceType: unknown, id: unknown): Refusal[] {
  if (typeof resourceType !== 'string' || !/^[A-Za-z]{1,256}$/.test(resourceType)) {
    return [pattern('resourceType', resourceType, '[A-Za-z]{1,256}')];
  }
  if (id === undefined || id === null || id === '')
    return [{ diagnostics: 'Missing required id field in resource json' }];
  if (typeof id !== 'string' || !/^[A-Za-z0-9\-.]{1,64}$/.test(id))
    return [pattern('resourceId', id, '[A-Za-z0-9-.]{1,64}')];
  const known = !NOT_STORED.has(resourceType) && typeSchema(resourceType)?.kind === 'resource';
  return known ? [] : [{ diagnostics: `Resource type '${resourceType}' is not supported` }];
}

function pattern(member: string, value: unknown, expression: string): Refusal {
  return {
    diagnostics: `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${expression}`,
  };
}

function contentRefusals(resource: Json, level: ValidationLevel): Refusal[] {
  const type = String(resource['resourceType']);
  const refusals = [...validate(resource, BASE + type), ...checkElements(resource)];
  if (level === 'strict') {
    for (const canonical of profilesOf(resource)) refusals.push(...profileRefusals(resource, type, canonical));
  }
  return unique(refusals);
}

function profilesOf(resource: Json): unknown[] {
  const profile = (resource['meta'] as Json | undefined)?.['profile'];
  return Array.isArray(profile) ? profile : [];
}

function profileRefusals(resource: Json, type: string, canonical: unknown): Refusal[] {
  const path = `${type}.meta.profile`;
  const profile = typeof canonical === 'string' ? findProfile(canonical) : undefined;
  if (profile === 'base') return [];
  if (!profile)
    return [
      { diagnostics: `Profile reference '${String(canonical)}' has not been checked because it is unknown`, path },
    ];
  if (profile.type !== type)
    return [{ diagnostics: `Profile ${profile.url} is for ${profile.type}, not for ${type}`, path }];
  return validate(resource, profile.url, profile);
}

function validate(resource: Json, profileUrl: string, profile?: StructureDefinition): Refusal[] {
  try {
    validateResource(resource as unknown as Resource, profile ? { profile } : {});
    return [];
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    return (error.outcome.issue ?? [])
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map((issue) => inHealthLakeWords(issue, profileUrl));
  }
}

function inHealthLakeWords(issue: OperationOutcomeIssue, profileUrl: string): Refusal {
  const path = issue.expression?.[0];
  const text = issue.details?.text ?? issue.diagnostics ?? 'Validation failed';
  const place = path === undefined ? {} : { path };
  const unknown = /^Invalid additional property "(.*)"$/s.exec(text);
  if (unknown) return { diagnostics: `Unrecognised property '@${unknown[1]}'`, ...place };
  if (text === 'Missing required property') {
    return {
      diagnostics: `Profile ${profileUrl}, Element '${path}': minimum required = 1, but only found 0`,
      ...place,
    };
  }
  return { diagnostics: text, ...place };
}

function unique(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((refusal) => [`${refusal.path}\n${refusal.diagnostics}`, refusal])).values()];
}
