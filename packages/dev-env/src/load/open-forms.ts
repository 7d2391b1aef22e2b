export type OpenForm = {
  name: string;
  token: string;
  about: string;
  /** It is sent for the first time. */
  isNew: boolean;
};

/** Forms on people's screens: one of each name at a time, the same until it is answered with yes. */
export function openForms() {
  const waiting = new Map<string, OpenForm>();
  return {
    get count() {
      return waiting.size;
    },
    open(name: string, about = ""): OpenForm {
      const again = waiting.get(name);
      if (again) return { ...again, isNew: false };
      const form = { name, token: crypto.randomUUID().replaceAll("-", ""), about, isNew: true };
      waiting.set(name, form);
      return form;
    },
    close({ name }: OpenForm): void {
      waiting.delete(name);
    },
  };
}
