/** One finding in HealthLake's wording; `path` is a FHIRPath-like place such as `Patient.contact[0].gender`. */
export interface Refusal {
  readonly diagnostics: string;
  readonly path?: string;
  /** FHIR's issue-type code; `processing` when absent. */
  readonly code?: string;
}

/** A FHIR OperationOutcome with one error per refusal. */
export function operationOutcome(refusals: readonly Refusal[]): Record<string, unknown> {
  return {
    resourceType: 'OperationOutcome',
    issue: refusals.map(({ diagnostics, path, code }) => ({
      severity: 'error',
      code: code ?? 'processing',
      diagnostics,
      ...(path === undefined ? {} : { location: [path], expression: [path] }),
    })),
  };
}
