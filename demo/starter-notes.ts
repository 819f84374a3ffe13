/** Notes to try the page with. Data only; every one is made up. */
import type { Note } from './note.js';

/** Questions that share few or no words with the notes that answer them. */
export const EXAMPLE_QUERIES: readonly string[] = [
  "something warm to eat when it's cold",
  'what to do about back pain',
  'how do I undo a git commit',
  'where can we hike with children',
  'how can we save money',
];

/** Everyday notes of one household: food, work, code, travel, garden, health, money. */
export const STARTER_NOTES: readonly Note[] = [
  {
    title: 'Lentil soup',
    text: `Sweat an onion, two carrots and a stick of celery in olive oil. Add 250 g red lentils, a tin of tomatoes, cumin and a litre of stock, and simmer for 25 minutes. Lemon juice at the end. Freezes well, and is just right on a winter evening.`,
  },
  {
    title: 'Cucumber salad',
    text: `Slice two cucumbers thinly, salt them and leave for twenty minutes, then press out the water. Dress with rice vinegar, a little sugar, sesame oil and chilli. Serve straight from the fridge; best on a hot day.`,
  },
  {
    title: 'Sourdough, the schedule that works',
    text: `Feed the starter on Friday night. Saturday at nine: mix 500 g flour, 350 g water and 100 g starter; salt after half an hour. Four folds, one every half hour.

Shape at three, then into the fridge overnight. Bake on Sunday: 20 minutes with the lid on at 250 °C, 25 minutes without.`,
  },
  {
    title: 'Banana pancakes for the kids',
    text: `Mash two ripe bananas with two eggs, four spoons of oats and a pinch of cinnamon. Small ones are easier to flip. They disappear at breakfast faster than anything else I make.`,
  },
  {
    title: 'Ginger and honey tea',
    text: `For a sore throat: five slices of fresh ginger, simmered for ten minutes, then honey and half a lemon once it has cooled a little.`,
  },
  {
    title: 'Freezer inventory',
    text: `Top drawer: peas, spinach, two loaves of bread. Middle: bolognese for four, three portions of stock. Bottom: raspberries from July, vanilla ice cream, ice packs.`,
  },
  {
    title: 'Weekly product meeting, 4 March',
    text: `We agreed to postpone the launch by two weeks, because the payment tests keep failing on older phones. Priya writes to the customers who were promised April. Tom looks for someone to review the security report.

Open question: do we still need the old export? Nobody in the room has used it this year.`,
  },
  {
    title: 'Retrospective, team Heron',
    text: `Good: fewer interruptions since the quiet mornings. Bad: reviews wait for three days. We'll try a fixed review hour after lunch and look again in a month.`,
  },
  {
    title: 'One-to-one with Marta',
    text: `She would like to learn how to lead a project and asked for honest feedback about her presentations: slow down, fewer slides, start with the decision that is needed. Talk about her salary again in June.`,
  },
  {
    title: 'Job interview questions I liked',
    text: `Tell me about something you built that nobody used. When did you last change your mind about a technical choice? What would your former colleagues say you should do less of?`,
  },
  {
    title: 'Take back the last commit',
    text: `git reset --soft HEAD~1 undoes the last commit and keeps the changes staged. If it has been pushed already, use git revert instead, so nobody's history breaks.`,
  },
  {
    title: 'Why the list was slow',
    text: `Reading offsetHeight inside the loop forced the browser to compute the layout again for every row. Measure everything first, write the styles afterwards. Rendering the page went from 900 ms to 40 ms.`,
  },
  {
    title: 'Postgres: find unused indexes',
    text: `Query pg_stat_user_indexes and look for idx_scan = 0. Check the replicas too before dropping anything, since statistics are kept per server.`,
  },
  {
    title: 'Regular expression for dates',
    text: `\\d{4}-\\d{2}-\\d{2} finds 2024-05-31, and also 2024-99-99. Match loosely, then let the date parser decide what is valid.`,
  },
  {
    title: 'Shell: largest folders',
    text: `du -h --max-depth=1 | sort -h shows what fills the disk, biggest last. The usual culprits are old build caches and container images.`,
  },
  {
    title: 'Wi-Fi at the cabin',
    text: `The router is in the cupboard under the stairs. If there is no internet, pull its plug for half a minute and wait until the second light stops blinking.`,
  },
  {
    title: 'Lisbon in spring',
    text: `Stay in Graça rather than the centre: quieter, with the better view at sunset. Tram 28 before nine or not at all. The tile museum was the surprise of the trip. Custard tarts everywhere, best while still hot.`,
  },
  {
    title: 'Night train to Vienna',
    text: `Book the sleeper six months ahead, the two-bed cabins go first. Bring earplugs and slippers. Breakfast is included, and you arrive at eight, right in the city.`,
  },
  {
    title: 'Easy walks with the little ones',
    text: `The lake loop is five kilometres, flat, and has a playground half way. The gorge trail is shorter but slippery after rain. Both have somewhere to swim and somewhere to buy ice cream.`,
  },
  {
    title: 'Packing list for a long weekend',
    text: `Passport, charger and adapter, rain jacket, one warm jumper, swimming things, the small first-aid bag, a book. No more than one pair of spare shoes.`,
  },
  {
    title: 'Iceland: what I would do differently',
    text: `Rent the bigger car, since the wind is no joke and the gravel roads are worse. Two nights in the north for the northern lights; we had one, and it was cloudy.`,
  },
  {
    title: 'Tomatoes on the balcony',
    text: `Start the seeds indoors in the middle of March and put them out once the nights stay above ten degrees. Pinch out the side shoots, water at the root and never on the leaves, feed every other week.`,
  },
  {
    title: 'Slugs',
    text: `Copper tape did nothing. Going out with a torch after rain works, and so do planks left on the soil: turn them over in the morning. The lettuces survived this year.`,
  },
  {
    title: 'Pruning the apple tree',
    text: `Late winter, on a dry day. Dead wood first, then whatever crosses or grows inwards. Never take more than a quarter in one year, or it answers with water shoots.`,
  },
  {
    title: 'Houseplants while we are away',
    text: `Nadia comes on Wednesdays. The fern wants water every time, the cactus none at all. Please turn the monstera so that it doesn't lean towards the window.`,
  },
  {
    title: 'Physiotherapy exercises',
    text: `For the lower back: cat and cow ten times, bridges three times twelve, the side plank twenty seconds each. Every morning before sitting down at the desk; stop when it hurts rather than aches.`,
  },
  {
    title: 'Sleeping better',
    text: `No screens after ten, bedroom at eighteen degrees, no coffee past two in the afternoon. Writing down tomorrow's worries helps more than I expected.`,
  },
  {
    title: 'Allergies, visit in May',
    text: `Birch and hazel pollen, as suspected. Start the tablets two weeks before the season, shower before bed, keep the windows closed in the morning. Next appointment in February.`,
  },
  {
    title: 'Half marathon plan',
    text: `Twelve weeks, four runs each: two easy, one with intervals, one long run on Sunday that grows from 8 to 19 km. A lighter week after every third.`,
  },
  {
    title: 'Dentist',
    text: `The filling on the lower left was replaced. No hard food for a day. Come back in six months for a cleaning; ask about the night guard then.`,
  },
  {
    title: 'Household budget, first quarter',
    text: `Rent and energy take 41 per cent of what comes in, food 18. Eating out doubled since autumn. If we cook at home on weekdays we save about 180 a month, which would pay for the summer trip.`,
  },
  {
    title: 'Pension paperwork',
    text: `The yearly statement arrives in August. Keep every one of them. Paying in a little more before the end of December lowers the tax bill for that year.`,
  },
  {
    title: 'Which insurance covers what',
    text: `Liability: damage we do to others. Contents: burst pipes, fire and theft, but bicycles only when they were locked. The washing machine that leaked was paid for within two weeks.`,
  },
  {
    title: 'Tax return checklist',
    text: `Wage statement, donations, the invoice for the heating repair, commuting days, childcare receipts. The deadline is the end of July, or February with an adviser.`,
  },
  {
    title: 'Books to give away',
    text: `Anything about programming from before 2015, the double copies, the crime novels. Keep the atlas, grandmother's cookbook and all of the poetry.`,
  },
  {
    title: 'Presents that went down well',
    text: `Dad: the bird feeder with a camera. Ines: a pottery course. Sam: a proper head torch. Nobody has ever been unhappy about good chocolate.`,
  },
  {
    title: 'The cat at the vet',
    text: `Vaccinated, four and a half kilos, teeth fine. She should lose a little weight: less dry food, more play in the evening. The carrier goes better with a blanket that smells of home.`,
  },
  {
    title: 'Guitar practice',
    text: `Ten minutes of chord changes to a metronome, slow enough to make no mistakes, then a song for fun. Bar chords still buzz on the B string; move the thumb further down.`,
  },
];
