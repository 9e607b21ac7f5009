import type { CompiledFeed } from './compiled-feed.ts';
import type { Run } from './run.ts';

const TEST_LABEL = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  code: 'HTEST',
  display: 'test health data',
};

/** Profiles that the feed asks for (SEMANTICS 10), and the test label on what a test message made (8.1). */
export function labelDrafts(run: Run, feed: CompiledFeed, processingId: string): void {
  for (const draft of run.drafts.values()) {
    const profile = feed.profiles[draft.type];
    if (profile !== undefined) draft.state('meta#profile', { meta: { profile: [...profile] } }, 'feed');
    if (processingId !== 'P' && processingId !== '') {
      draft.state('meta#test', { meta: { security: [{ ...TEST_LABEL }] } }, 'MSH-11');
    }
  }
}
