/** Put before the service worker by the server. */
declare const settings: {
  /** Of the script: another one makes browsers take the new file. */
  readonly version: string;
  /** What browsers subscribe with; null where pushes are not offered. */
  readonly key: string | null;
  /** The address of the picture beside a notification. */
  readonly icon: string;
};

/** Not in the library's types yet. */
interface NotificationOptions {
  renotify?: boolean;
}
interface PushSubscriptionChangeEvent extends ExtendableEvent {
  readonly oldSubscription: PushSubscription | null;
  readonly newSubscription: PushSubscription | null;
}
