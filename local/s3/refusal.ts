import { ServiceError } from '../wire.ts';

export interface RefusalParts {
  /** Further elements of the error document. */
  readonly elements?: Readonly<Record<string, string>>;
  /** Headers that S3 sends with this refusal, such as `x-amz-delete-marker`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A refusal as S3's API reference lists it ("Error responses"). Keys are left out of it, unlike S3's: a file name may
 * hold patient data.
 */
export class Refusal extends ServiceError {
  readonly parts: RefusalParts;

  constructor(code: string, message: string, status = 400, parts: RefusalParts = {}) {
    super(code, message, status);
    this.parts = parts;
  }
}

export const notImplemented = (what: string): Refusal =>
  new Refusal('NotImplemented', `${what} is not implemented by the embedded cloud`, 501);
export const invalidArgument = (name: string, message: string): Refusal =>
  new Refusal('InvalidArgument', message, 400, { elements: { ArgumentName: name } });
export const malformedXml = (): Refusal =>
  new Refusal(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
export const noSuchBucket = (): Refusal => new Refusal('NoSuchBucket', 'The specified bucket does not exist', 404);
export const noSuchUpload = (): Refusal =>
  new Refusal('NoSuchUpload', 'The specified upload does not exist. It may have been aborted or completed.', 404);
export const preconditionFailed = (condition: string): Refusal =>
  new Refusal('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    elements: { Condition: condition },
  });
