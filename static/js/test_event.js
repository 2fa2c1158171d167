// "Send a test event": the browser itself calls the public API, as a website does, for somebody who
// has never been here.

const FIRST_LETTERS = 8;

function somebody() {
  const bytes = crypto.getRandomValues(new Uint8Array(FIRST_LETTERS / 2));
  const letters = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    user: `test-event-${letters}`,
    email: `test-${letters}@test.example`,
    name: `Test ${letters}`,
  };
}

function whatTheyDo({ user, email, name }) {
  const traits = { email, name, title: "VP Operations" };
  return {
    batch: [
      { type: "identify", userId: user, traits },
      { type: "track", userId: user, event: "Demo Requested" },
    ],
  };
}

async function send(form, arrival) {
  const person = somebody();
  const answer = await fetch(form.dataset.to, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Basic ${btoa(`${form.dataset.key}:`)}`,
    },
    body: JSON.stringify(whatTheyDo(person)),
    credentials: "omit",
  });
  if (!answer.ok) throw new Error(`Intake answered ${answer.status}.`);
  const address = `${form.getAttribute("action")}?person=${person.user}`;
  await htmx.ajax("GET", address, { target: arrival, swap: "innerHTML" });
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-test-event]");
  if (!form) return;
  event.preventDefault();
  const arrival = form.parentElement.querySelector("[data-arrival]");
  arrival.textContent = "Sending …";
  try {
    await send(form, arrival);
  } catch (error) {
    arrival.textContent = `Not sent: ${error.message}`;
  }
});

// Whoever looks at the inbox need not wait until its list asks again.
document.addEventListener("lead-arrived", () => {
  const queue = document.getElementById("queue");
  if (queue) htmx.trigger(queue, "refresh");
});
