-- Version 3: of what a turn is made, as JSON; NULL for nothing.
-- Places inside of it that are nobody's words, as a page's head and foot: `[[start,end],…]`.
ALTER TABLE turns ADD COLUMN cuts TEXT;
-- When words inside of it are said: `[[from_byte,time_ms],…]`.
ALTER TABLE turns ADD COLUMN times TEXT;

-- Of a call: the quarter of the calendar that its period lies in, and its hour with the time zone, as stated.
ALTER TABLE calls ADD COLUMN calendar TEXT;
ALTER TABLE calls ADD COLUMN hour TEXT;
