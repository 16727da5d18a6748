// One contact's record as JSON, as the API gives it.

import { save } from "../page/file.js";
import { isExpected } from "../session/problems.js";

export class RecordDialog {
  #dialog = document.getElementById("record");
  #text = this.#dialog.querySelector("pre");
  #title = this.#dialog.querySelector("h2");
  #api;
  #id;
  #question = 0;

  constructor(api) {
    this.#api = api;
    this.#button("close").addEventListener("click", () => this.#dialog.close());
    this.#button("download").addEventListener("click", () => {
      save(this.#text.textContent, "application/json", `contact-${this.#id}.json`);
    });
  }

  /** Asks for the record of `leg` and shows it. */
  async show(leg) {
    this.#id = leg.id;
    this.#question += 1;
    const question = this.#question;
    this.#title.textContent = `Record of leg ${leg.number}`;
    this.#text.textContent = "…";
    this.#button("download").disabled = true;
    this.#dialog.showModal();
    try {
      const { body } = await this.#api.get(`/contacts/${encodeURIComponent(leg.id)}`);
      if (question !== this.#question) return;
      this.#text.textContent = JSON.stringify(body, null, 2);
      this.#button("download").disabled = false;
    } catch (error) {
      if (!isExpected(error)) throw error;
      if (question !== this.#question) return;
      this.#text.textContent = error.message;
    }
  }

  #button(name) {
    return this.#dialog.querySelector(`[data-button="${name}"]`);
  }
}
