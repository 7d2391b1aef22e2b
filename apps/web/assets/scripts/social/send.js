// Sends a form as it is, without leaving the page.

/**
 * What the server says to it; an error's message is for people.
 * @param {HTMLFormElement} form @returns {Promise<any>}
 */
export async function send(form) {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const response = await fetch(form.action, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(fields),
  }).catch(() => {
    throw new Error("The connection was lost. Try again.");
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (response.status === 401)
    throw new Error("You are signed out. Sign in again in another tab, then try again.");
  throw new Error(answer?.error?.message ?? "That did not work. Try again in a moment.");
}

/**
 * One sending of a form at a time; whoever presses twice meant it once.
 * @param {HTMLFormElement} form @param {(answer: any) => void} done @param {(message: string) => void} trouble
 */
export async function sendOnce(form, done, trouble) {
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  trouble("");
  try {
    done(await send(form));
  } catch (error) {
    trouble(error instanceof Error ? error.message : String(error));
  } finally {
    form.ariaBusy = null;
  }
}

/** Says it below the form's button. @param {HTMLFormElement} form @returns {(message: string) => void} */
export function troubleIn(form) {
  return (message) => {
    const place = form.querySelector("[data-trouble]");
    if (place) place.textContent = message;
  };
}
