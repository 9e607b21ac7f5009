import { integer, object, optional, type Shape, text } from '../shape.ts';

/**
 * What a HealthLake import job writes beside its input (developer guide, "Importing files"): `Manifest.json` and, when
 * something was refused, `FAILURE/<input file>`. Live reports differ from the guide in the case of the manifest's name, so
 * it is found by listing.
 */
export const manifestShape = object({
  numberOfResourcesScanned: integer,
  numberOfResourcesImportedSuccessfully: integer,
  numberOfResourcesWithCustomerError: integer,
  numberOfResourcesWithServerError: optional(integer),
});

const outcome: Shape<{ readonly issue?: readonly OutcomeIssue[] } | undefined> = (value) =>
  value as { readonly issue?: readonly OutcomeIssue[] } | undefined;

interface OutcomeIssue {
  readonly severity?: string;
  readonly diagnostics?: string;
  readonly expression?: readonly string[];
  readonly location?: readonly string[];
}

/** One line of a failure file; all but the line number may be absent. */
export const failureShape = object({
  lineId: integer,
  resourceId: optional(text),
  resourceType: optional(text),
  UpdateResourceResponse: optional(object({ jsonBlob: outcome, statusCode: optional(integer) })),
});

export type Failure = ReturnType<typeof failureShape>;

// Time out, conflict of versions, too many requests: nothing that the data could be blamed for.
const PASSING = new Set([408, 409, 429]);

/** A failure of the service's own making: its line goes into the next round. */
export function isServerError(failure: Failure): boolean {
  const status = failure.UpdateResourceResponse?.statusCode ?? 400;
  return status >= 500 || PASSING.has(status);
}

/**
 * The path of the element that the data store blames, such as `Patient.name`; '' when it names none. Only the path is
 * taken: the diagnostics may quote values.
 */
export function blamedPath(failure: Failure): string {
  const issues = failure.UpdateResourceResponse?.jsonBlob?.issue ?? [];
  const errors = issues.filter(({ severity }) => severity !== 'information' && severity !== 'warning');
  for (const issue of errors) {
    const named =
      issue.expression?.[0] ?? issue.location?.[0] ?? /Element '([A-Za-z.[\]0-9]+)'/.exec(issue.diagnostics ?? '')?.[1];
    if (named !== undefined && /^[A-Z][A-Za-z]+(\.[A-Za-z0-9[\]]+)*$/.test(named)) return named;
  }
  return '';
}

/** `s3://bucket/prefix/` in its parts. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}
