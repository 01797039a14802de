/** What is answered, with the words that ask for it. */
const ANSWERS: readonly (readonly [answer: string, ...questions: string[]])[] = [
  [
    "Open the settings and choose a new password.",
    "I forgot my password",
    "How do I change my login",
    "Cannot sign in any more",
    "My account is locked out",
  ],
  [
    "Parcels arrive within three working days.",
    "How long does delivery take",
    "When will my order come",
    "Is my package on its way",
    "Shipping time to my town",
  ],
  [
    "Send it back in its box within thirty days.",
    "Can I return this",
    "The shoes do not fit me",
    "I want to give the lamp back",
    "How are goods sent back",
  ],
  [
    "The money is on your card after five days.",
    "When do I get my refund",
    "You still owe me money",
    "Has my repayment been made",
    "I was charged twice for one thing",
  ],
  [
    "Invoices are in the mail of the order.",
    "Where is my bill",
    "I need a receipt for the tax office",
    "Please send the invoice again",
    "A paper for my accountant",
  ],
  [
    "We are open from eight to six on weekdays.",
    "When can I call you",
    "Are you there on Saturday",
    "What are your hours",
    "Is anybody at the desk now",
  ],
  [
    "Cancel it in the list of orders before noon.",
    "I ordered by mistake",
    "Stop my order please",
    "Can a purchase be undone",
    "I changed my mind about the chair",
  ],
  [
    "The warranty covers two years of use.",
    "My kettle broke after a year",
    "Who repairs a defect device",
    "Is there a guarantee",
    "The screen went dark by itself",
  ],
  [
    "Gift cards never expire.",
    "How long is a voucher good",
    "Can I still use my coupon",
    "I found an old gift card",
    "Does the present run out",
  ],
  [
    "Write the new address before it is shipped.",
    "I moved to another street",
    "The address is wrong",
    "Deliver to my office instead",
    "Send it to my neighbour",
  ],
  [
    "We take cards, transfers and cash on delivery.",
    "How can I pay",
    "Do you accept bank transfer",
    "My card was refused",
    "Paying when it arrives",
  ],
  [
    "The size table is below each picture.",
    "Which size do I need",
    "Is medium large enough",
    "How wide is the jacket",
    "Measurements of the trousers",
  ],
  [
    "Pictures are sent with the complaint form.",
    "It arrived broken",
    "The vase has a crack",
    "A part is missing in the box",
    "I want to complain about damage",
  ],
  [
    "Unsubscribe at the end of every newsletter.",
    "Too many mails from you",
    "Stop sending me offers",
    "Take me off your list",
    "No more advertising please",
  ],
  [
    "Students pay ten percent less.",
    "Is there a discount for pupils",
    "I study, is it cheaper",
    "Reduced price at university",
    "Do learners get a better price",
  ],
  [
    "A person answers after the music.",
    "I want to talk to somebody",
    "Only robots pick up",
    "Give me a human being",
    "Is there a hotline with people",
  ],
];

/** What stands before a question, so that no two rows are alike. */
const OPENINGS = ["", "Hello, ", "Quick question: "];

/** A CSV with the columns `text,positive`: 192 invented questions to a shop, and the answer to each. */
export function sampleQuestions(): string {
  const rows = ANSWERS.flatMap(([answer, ...questions]) =>
    questions.flatMap((question) => OPENINGS.map((opening) => `"${opening}${question}","${answer}"`)),
  );
  return `text,positive\n${rows.join("\n")}\n`;
}
