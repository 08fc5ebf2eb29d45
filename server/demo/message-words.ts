type Texts = readonly string[]

/** What people write and say, with gaps. */
export const messageWords: Readonly<
  Record<'text' | 'email' | 'call', Record<'inbound' | 'outbound', Texts>>
> = {
  text: {
    outbound: [
      'Hi {first}, are you free for a short call on {weekday}?',
      'Hi {first}, the vendor comes to {place} on {weekday} morning.',
      'Reminder: please send us the signed form by {weekday}.',
      'Thank you, {first}. We have all we need for {place}.',
    ],
    inbound: [
      '{weekday} works for me.',
      'Running ten minutes late, sorry!',
      'Is there any news on {place}?',
      'Thanks, got it.',
    ],
  },
  email: {
    outbound: [
      'Hi {first},\n\nattached is what we talked about. Please let us know by {weekday}.\n\nYour office',
      'Hi {first},\n\nthe paperwork for {place} is ready to be signed.\n\nYour office',
      'Hi {first},\n\nwe looked at {place} on {weekday} and all is well.\n\nYour office',
    ],
    inbound: [
      'Hello,\n\nthank you for the quick answer. I will sign on {weekday}.\n\n{first}',
      'Hello,\n\ncould you explain the second page once more?\n\n{first}',
      'Hello,\n\nplease go ahead with {place}.\n\n{first}',
    ],
  },
  call: {
    outbound: ['Went through the open points of {place}.', 'Asked for a time on {weekday}.'],
    inbound: ['Wanted to know what comes next.', 'Asked about {place}; we call back on {weekday}.'],
  },
}
