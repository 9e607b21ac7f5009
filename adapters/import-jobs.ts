import { HealthLakeClient, ListFHIRImportJobsCommand } from '@aws-sdk/client-healthlake';
import type { ImportJobs } from '../core/ports.ts';
import { asOurError } from './service-error.ts';

/** Looks an import job up by its name, which is a function of import, round and attempt (DESIGN section 3, Start). */
export function healthLakeImportJobs(client: HealthLakeClient = new HealthLakeClient({})): ImportJobs {
  return {
    async status(datastoreId, jobName) {
      let token: string | undefined;
      do {
        const page = {
          DatastoreId: datastoreId,
          JobName: jobName,
          ...(token === undefined ? {} : { NextToken: token }),
        };
        const answer = await client.send(new ListFHIRImportJobsCommand(page)).catch((error: unknown) => {
          throw asOurError(error);
        });
        // A page may be empty and not the last; and the name is compared, whatever the service takes for a match.
        const job = answer.ImportJobPropertiesList?.find(({ JobName }) => JobName === jobName);
        if (job !== undefined) return job.JobStatus;
        token = answer.NextToken;
      } while (token !== undefined);
      return undefined;
    },
  };
}
