"""The made issuers' names: a first word that no other issuer of the year has, a trade, and the four odd pairs."""

from __future__ import annotations

from typing import Final

FIRST_WORDS: Final = (
    "Aarohi", "Abhinava", "Adhiraj", "Agnivesh", "Akshara", "Alaknanda", "Ambika", "Amogha", "Anahata", "Arundhati",
    "Ashoka", "Atulya", "Avantika", "Badrinath", "Bagmati", "Balaram", "Basanti", "Betwa", "Bhadra", "Bharani",
    "Bhaskar", "Brahmani", "Chaitanya", "Chakra", "Chambal", "Chandrika", "Charak", "Chaturbhuj", "Chetak", "Chitra",
    "Dakshin", "Damodar", "Darpan", "Devgiri", "Dhanush", "Dharani", "Digvijay", "Divya", "Drishti", "Durgesh",
    "Ekadanta", "Elora", "Falguni", "Gajanan", "Gandharva", "Garuda", "Gautami", "Gayatri", "Girija", "Gokul",
    "Gomti", "Gopika", "Hamsa", "Harit", "Hastinapur", "Himgiri", "Hirakud", "Indravati", "Ishanya", "Jagruti",
    "Jaldhara", "Janaki", "Jhelum", "Jyotirmay", "Kadamba", "Kailash", "Kalinga", "Kamadhenu", "Kanchan", "Kapila",
    "Karnika", "Kashyap", "Kaustubh", "Ketaki", "Konark", "Koyna", "Kshitij", "Kubera", "Kumudini", "Lakshya",
    "Lalita", "Lohit", "Madhuban", "Magadha", "Mahavir", "Malhar", "Manasi", "Mandakini", "Manthan", "Matsya",
    "Meghna", "Mithila", "Moksha", "Mrinal", "Nalanda", "Nandini", "Narayani", "Navrang", "Neelam", "Nirmal",
    "Nishchay", "Omkar", "Padmini", "Palash", "Panchavati", "Parijat", "Pavan", "Pinaka", "Prabhat", "Prayag",
    "Pushkar", "Raghav", "Rajhans", "Ranjit", "Ratnakar", "Rishabh", "Rudraksh", "Sabari", "Sagarika", "Samarth",
    "Sanchi", "Sapphire", "Sarayu", "Satpura", "Saurashtra", "Shakuntala", "Shalimar", "Sharada", "Shivalik", "Shriram",
    "Siddhant", "Sindhu", "Somnath", "Subarna", "Suryansh", "Swarnim", "Tanishka", "Tapti", "Tejas", "Trishul",
    "Tulsi", "Udayan", "Ujjwal", "Utkarsh", "Vaibhav", "Vajra", "Varuna", "Vasudha", "Vedanta", "Vikram",
    "Vimala", "Vrinda", "Yamuna", "Yashoda", "Zeenat",
)  # fmt: skip

TRADES: Final = (
    "Polymers", "Foods", "Infra Projects", "Pharma", "Cables", "Textiles", "Green Energy", "Logistics",
    "Agro Products", "Castings", "Steels", "Packaging", "Hospitality", "Diagnostics", "Jewellers", "Electricals",
    "Solar Systems", "Retail", "Engineering", "Ceramics", "Speciality Chemicals", "Finserv", "Edutech",
    "Auto Components", "Lifestyle", "Aqua Farms", "Paper Mills", "Biotech", "Mobility", "Foods & Beverages",
    "Gems & Jewels", "Warehousing", "Medicare", "Wires", "Bio Energy",
)  # fmt: skip

ODD_PAIRS: Final = (
    ("B.A.G. {first} Foods Limited", "BAG {first} Foods Ltd"),
    ("{first} Infratech Limited", "{first} Infra Tech Limited"),
    ("{first} Polymers (India) Limited", "{first} Polymers Limited (formerly {first} Plastics Private Limited)"),
    ("{first} Software Technologies Limited", "{first} Software Tech Ltd"),
)
"""How NSE and BSE write the four issuers whose names differ between them."""

OTHER_WORDS: Final = (
    "Ganapati", "Himachal", "Jwala", "Kirti", "Manglam", "Netravati", "Orchha", "Pragati", "Quilon", "Rewa",
    "Sonbhadra", "Tungnath", "Umang", "Vallabh", "Wardha", "Zanskar", "Bilaspur", "Chirag", "Durlabh",
    "Eastern Ghats", "Firoza", "Gulbarga", "Howrah", "Idukki",
)  # fmt: skip
"""First words of those who offer what is no IPO."""
