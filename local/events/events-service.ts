import { openDatabase } from '../database.ts';
import type { BusEvent, CloudContext, LocalService } from '../service.ts';
import { serveJson } from '../wire.ts';
import { busOperations } from './bus-operations.ts';
import { createDelivery, type EventTargets } from './delivery.ts';
import { envelopeOf } from './envelope.ts';
import { createOutbox } from './outbox.ts';
import { createPutEvents } from './put-events.ts';
import { ruleOperations } from './rule-operations.ts';
import { createRuleStore, EVENTS_SCHEMA } from './rule-store.ts';
import { createScheduler } from './schedule.ts';
import { targetOperations } from './target-operations.ts';

export interface EventsService extends LocalService {
  /** Puts an AWS service's own event on a bus. It is kept, for every target that wants it, when the call returns. */
  publish(event: BusEvent): void;
}

/**
 * Amazon EventBridge, the classic buses, over AWS JSON 1.1 (EventBridge API reference). Matched events are kept in
 * SQLite until delivered, at least once and in no order.
 */
export function createEventsService(context: CloudContext, targets: EventTargets): EventsService {
  const { timers } = context;
  const database = openDatabase(context.directory, 'events', EVENTS_SCHEMA);
  const rules = createRuleStore(database, timers.now());
  const outbox = createOutbox(database, rules);
  const delivery = createDelivery(outbox, targets, timers);
  const scheduler = createScheduler(rules, outbox, timers, delivery.wake);
  const operations = {
    ...busOperations(rules, timers),
    ...ruleOperations(rules, timers, scheduler.refresh),
    ...targetOperations(rules, targets),
    PutEvents: createPutEvents(outbox, timers, delivery.wake),
  };
  return {
    name: 'events',
    targets: ['AWSEvents.'],
    handle: (request, response) => serveJson(operations, request, response),
    publish(event) {
      const nowMs = timers.now();
      const { source, resources, detail } = event;
      const envelope = envelopeOf({ source, detailType: event['detail-type'], resources, detail, timeMs: nowMs });
      outbox.accept([{ bus: event.bus ?? 'default', event: envelope }], nowMs);
      delivery.wake();
    },
    start() {
      delivery.start();
      scheduler.start();
    },
    async stop() {
      scheduler.stop();
      await delivery.stop();
      database.close();
    },
  };
}
