import {
  ComprehendMedicalClient,
  DetectEntitiesV2Command,
  InferICD10CMCommand,
  InferRxNormCommand,
} from '@aws-sdk/client-comprehendmedical';
import pLimit from 'p-limit';
import type { Answer } from '../core/notes/answers.ts';
import type { EntityExtraction } from '../core/ports.ts';
import { pacer } from './pacer.ts';
import { asOurError } from './service-error.ts';

/** Our share of the account's quota, per operation: 40 calls and 40,000 characters a second (quota page), less a reserve. */
const CALLS_PER_SECOND = 30;
const CHARACTERS_PER_SECOND = 30_000;
const AT_ONCE = 4;

/** Entity extraction over Comprehend Medical, bounded in calls under way, calls per second and characters per second. */
export function comprehendMedical(
  client: ComprehendMedicalClient = new ComprehendMedicalClient({ maxAttempts: 8 }),
): EntityExtraction<Answer> {
  const limit = pLimit(AT_ONCE);
  const operation = (send: (text: string) => Promise<unknown>) => {
    const calls = pacer(CALLS_PER_SECOND);
    const characters = pacer(CHARACTERS_PER_SECOND);
    return (text: string) =>
      limit(async () => {
        await calls(1);
        await characters(text.length);
        try {
          return (await send(text)) as Answer;
        } catch (error) {
          throw asOurError(error);
        }
      });
  };
  return {
    operations: {
      entities: operation((text) => client.send(new DetectEntitiesV2Command({ Text: text }))),
      icd10: operation((text) => client.send(new InferICD10CMCommand({ Text: text }))),
      rxnorm: operation((text) => client.send(new InferRxNormCommand({ Text: text }))),
    },
  };
}
