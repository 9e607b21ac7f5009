import type { CloudContext, LocalService } from '../service.ts';
import { ServiceError, serveJson } from '../wire.ts';
import {
  detectEntitiesAnswer,
  detectPhiAnswer,
  inferIcd10Answer,
  inferRxNormAnswer,
  inferSnomedAnswer,
} from './answers.ts';
import type { Reading } from './entity.ts';
import { readText } from './read-text.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Limits of one operation (developer guide, "Guidelines and quotas"; per account and Region). */
interface OperationLimits {
  /** Most code points of a text. */
  readonly characters: number;
  /** Most UTF-8 bytes of a text; the guide says "KB" and the model characters, so both are held. */
  readonly bytes: number;
  readonly callsPerSecond: number;
  readonly charactersPerSecond: number;
}

export interface ComprehendMedicalOptions {
  /** In place of the documented limits, for tests of what a throttled caller does. */
  readonly limits?: Partial<OperationLimits>;
}

type Operation = 'DetectEntitiesV2' | 'DetectPHI' | 'InferICD10CM' | 'InferRxNorm' | 'InferSNOMEDCT';

const detection: OperationLimits = {
  characters: 20_000,
  bytes: 20 * 1024,
  callsPerSecond: 40,
  charactersPerSecond: 40_000,
};
const inference: OperationLimits = {
  characters: 10_000,
  bytes: 10 * 1024,
  callsPerSecond: 40,
  charactersPerSecond: 40_000,
};
const operations: Readonly<
  Record<Operation, { readonly limits: OperationLimits; readonly answer: (text: string, reading: Reading) => unknown }>
> = {
  DetectEntitiesV2: { limits: detection, answer: detectEntitiesAnswer },
  DetectPHI: { limits: detection, answer: detectPhiAnswer },
  InferICD10CM: { limits: inference, answer: inferIcd10Answer },
  InferRxNorm: { limits: inference, answer: inferRxNormAnswer },
  InferSNOMEDCT: {
    limits: { characters: 10_000, bytes: 5 * 1024, callsPerSecond: 2, charactersPerSecond: 5000 },
    answer: inferSnomedAnswer,
  },
};

/**
 * A stand-in for Amazon Comprehend Medical over a small dictionary of ours. It keeps the service's shapes, limits and
 * rates, makes no clinical claim, and says what it is in `ModelVersion` and in the header `x-tributary-stand-in`.
 */
export function createComprehendMedicalService(
  context: CloudContext,
  options: ComprehendMedicalOptions = {},
): LocalService {
  const table = Object.fromEntries(
    Object.entries(operations).map(([name, { limits, answer }]) => [
      name,
      limitedOperation(context, { ...limits, ...options.limits }, answer),
    ]),
  );
  return {
    name: 'comprehendmedical',
    targets: ['ComprehendMedical_20181030.'],
    async handle(request, response) {
      response.setHeader('x-tributary-stand-in', 'dictionary; not Amazon Comprehend Medical; no clinical use');
      await serveJson(table, request, response);
    },
    stop: async () => {},
  };
}

function limitedOperation(
  context: CloudContext,
  limits: OperationLimits,
  answer: (text: string, reading: Reading) => unknown,
) {
  const now = () => context.timers.now();
  const calls = createTokenBucket(limits.callsPerSecond, limits.callsPerSecond, now);
  const characters = createTokenBucket(
    limits.charactersPerSecond,
    Math.max(limits.charactersPerSecond, limits.characters),
    now,
  );
  return (input: Record<string, unknown>): unknown => {
    const { text, length } = requireText(input, limits);
    if (calls.room() < 1 || characters.room() < length)
      throw new ServiceError('TooManyRequestsException', 'Rate exceeded', 429);
    calls.take(1);
    characters.take(length);
    return answer(text, readText(text));
  };
}

/** The text and its code points; throws the model's errors for a text that is missing, ill-formed or too long. */
function requireText(
  input: Record<string, unknown>,
  limits: OperationLimits,
): { readonly text: string; readonly length: number } {
  const { Text: text, ...more } = input;
  if (typeof text !== 'string' || text === '') {
    throw new ServiceError(
      'InvalidRequestException',
      'Member Text must be a string with length greater than or equal to 1',
    );
  }
  const [unknown] = Object.keys(more);
  if (unknown !== undefined)
    throw new ServiceError('InvalidRequestException', `Member ${unknown} is not implemented by the embedded cloud`);
  if (!text.isWellFormed()) throw new ServiceError('InvalidEncodingException', 'The text is not valid Unicode');
  const length = Array.from(text).length;
  const bytes = Buffer.byteLength(text);
  if (length > limits.characters || bytes > limits.bytes) {
    throw new ServiceError(
      'TextSizeLimitExceededException',
      `Input text exceeds ${limits.characters} characters or ${limits.bytes} bytes`,
    );
  }
  return { text, length };
}
