import type { Migration } from "../migrate.ts";
import { createEmailMessages } from "./20261121000004-create-email-messages.ts";
import { createGalleryVersion } from "./20261121000005-create-gallery-version.ts";
import { createJobs } from "./20261121000003-create-jobs.ts";
import { createPhotos } from "./20261121000002-create-photos.ts";
import { createTokens } from "./20261121000001-create-tokens.ts";
import { createUsers } from "./20261121000000-create-users.ts";
import { fillGalleryVersion } from "./20261121000006-fill-gallery-version.ts";
import { createDeadLetters } from "./20261121000007-create-dead-letters.ts";
import { createFollows } from "./20261121030000-create-follows.ts";
import { createLikes } from "./20261121030001-create-likes.ts";
import { createComments } from "./20261121030002-create-comments.ts";
import { createNotifications } from "./20261121030003-create-notifications.ts";
import { createNotificationPreferences } from "./20261121030004-create-notification-preferences.ts";
import { sayWhatMailsAreAbout } from "./20261121030005-say-what-mails-are-about.ts";
import { addDigestsToUsers } from "./20261121030006-add-digests-to-users.ts";
import { noteWhichPhotosWereAnnounced } from "./20261121030007-note-which-photos-were-announced.ts";
import { findNewestPhotosOfEachPerson } from "./20261121030100-find-newest-photos-of-each-person.ts";
import { noteWhatIsAskedOfTheArchive } from "./20261121030700-note-what-is-asked-of-the-archive.ts";
import { takeOlderPhotosAsAnnounced } from "./20261121030008-take-older-photos-as-announced.ts";
import { createPushSubscriptions } from "./20261121030500-create-push-subscriptions.ts";
import { createPushMessages } from "./20261121030501-create-push-messages.ts";
import { findPushesByTheirEnd } from "./20261121030502-find-pushes-by-their-end.ts";
import { findPeopleWithoutADigestDate } from "./20261121030400-find-people-without-a-digest-date.ts";
import { letMailsEndUnsent } from "./20261121030401-let-mails-end-unsent.ts";
import { createScheduleTasks } from "./20261121030600-create-schedule-tasks.ts";
import { createScheduleTicks } from "./20261121030601-create-schedule-ticks.ts";
import { findReadNotificationsByAge } from "./20261121030602-find-read-notifications-by-age.ts";
import { findRemovedCommentsByAge } from "./20261121030603-find-removed-comments-by-age.ts";
import { followMailsToTheirEnd } from "./20261121030300-follow-mails-to-their-end.ts";
import { createSuppressions } from "./20261121030301-create-suppressions.ts";
import { createMailLanes } from "./20261121030302-create-mail-lanes.ts";
import { fillMailLanes } from "./20261121030303-fill-mail-lanes.ts";
import { createQuietClock } from "./20261121030304-create-quiet-clock.ts";
import { fillQuietClock } from "./20261121030305-fill-quiet-clock.ts";
import { bindTokensToAddresses } from "./20261121030800-bind-tokens-to-addresses.ts";
import { noteWantedAddresses } from "./20261121030801-note-wanted-addresses.ts";
import { createOperatorActions } from "./20261121060000-create-operator-actions.ts";
import { sayMoreOfDeaths } from "./20261121060100-say-more-of-deaths.ts";
import { findLettersByJobAndQueue } from "./20261121060101-find-letters-by-job-and-queue.ts";
import { findLettersByTheirError } from "./20261121060102-find-letters-by-their-error.ts";
import { createRedriveRuns } from "./20261121060103-create-redrive-runs.ts";
import { noteWhichLettersRunsSent } from "./20261121060104-note-which-letters-runs-sent.ts";
import { recordWhatIsDoneToRuns } from "./20261121060105-record-what-is-done-to-runs.ts";
import { followJobsFromTheirCause } from "./20261121060400-follow-jobs-from-their-cause.ts";
import { createTraces } from "./20261121060401-create-traces.ts";
import { noteHowPhotosCameIn } from "./20261121060402-note-how-photos-came-in.ts";
import { letPeopleBeSuspended } from "./20261121060403-let-people-be-suspended.ts";
import { letPhotosBeHidden } from "./20261121060404-let-photos-be-hidden.ts";
import { createReports } from "./20261121060405-create-reports.ts";
import { findClosedLettersByAge } from "./20261121070300-find-closed-letters-by-age.ts";
import { findActionsByKind } from "./20261121070301-find-actions-by-kind.ts";
import { createInstances } from "./20261121060200-create-instances.ts";
import { createQueueSamples } from "./20261121060201-create-queue-samples.ts";
import { createIncidents } from "./20261121060202-create-incidents.ts";
import { createWatchTurn } from "./20261121060203-create-watch-turn.ts";
import { fillWatchTurn } from "./20261121060204-fill-watch-turn.ts";
import { letMailsGoToOperators } from "./20261121060205-let-mails-go-to-operators.ts";
import { findDueJobsByQueue } from "./20261121060206-find-due-jobs-by-queue.ts";

/** In the order in which they run. Never edited once released; a change is a new one. */
export const migrations: readonly Migration[] = [
  createUsers,
  createTokens,
  createPhotos,
  createJobs,
  createEmailMessages,
  createGalleryVersion,
  fillGalleryVersion,
  createDeadLetters,
  createFollows,
  createLikes,
  createComments,
  createNotifications,
  createNotificationPreferences,
  sayWhatMailsAreAbout,
  addDigestsToUsers,
  noteWhichPhotosWereAnnounced,
  takeOlderPhotosAsAnnounced,
  findNewestPhotosOfEachPerson,
  followMailsToTheirEnd,
  createSuppressions,
  createMailLanes,
  fillMailLanes,
  createQuietClock,
  fillQuietClock,
  findPeopleWithoutADigestDate,
  letMailsEndUnsent,
  createPushSubscriptions,
  createPushMessages,
  findPushesByTheirEnd,
  createScheduleTasks,
  createScheduleTicks,
  findReadNotificationsByAge,
  findRemovedCommentsByAge,
  noteWhatIsAskedOfTheArchive,
  bindTokensToAddresses,
  noteWantedAddresses,
  createOperatorActions,
  sayMoreOfDeaths,
  findLettersByJobAndQueue,
  findLettersByTheirError,
  createRedriveRuns,
  noteWhichLettersRunsSent,
  recordWhatIsDoneToRuns,
  createInstances,
  createQueueSamples,
  createIncidents,
  createWatchTurn,
  fillWatchTurn,
  letMailsGoToOperators,
  findDueJobsByQueue,
  followJobsFromTheirCause,
  createTraces,
  noteHowPhotosCameIn,
  letPeopleBeSuspended,
  letPhotosBeHidden,
  createReports,
  findClosedLettersByAge,
  findActionsByKind,
];
